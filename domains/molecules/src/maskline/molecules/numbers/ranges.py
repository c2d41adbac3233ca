"""Closed ranges [least, most] that a picture's style is sampled from, and the bounds of what they hold."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import numpy as np
from pydantic import AfterValidator, Field

Choice = TypeVar("Choice")


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        message = "the least value must not exceed the greatest"
        raise ValueError(message)
    return span


Ordered = AfterValidator(_ordered)
Share = Annotated[float, Field(ge=0, le=1)]
"""How often something happens, 0 never, 1 always."""
Angles = Annotated[tuple[Annotated[float, Field(ge=-360, le=360)], Annotated[float, Field(ge=-360, le=360)]], Ordered]
"""Degrees, clockwise as seen."""
Shares = Annotated[tuple[Share, Share], Ordered]
Lengths = Annotated[tuple[Annotated[float, Field(ge=0, le=4096)], Annotated[float, Field(ge=0, le=4096)]], Ordered]
"""Pixels."""
Ratios = Annotated[tuple[Annotated[float, Field(ge=0, le=100)], Annotated[float, Field(ge=0, le=100)]], Ordered]

DECIMALS = 3


def number(span: tuple[float, float], rng: np.random.Generator) -> float:
    """Draw from a range, uniformly, to three decimals."""
    return round(float(rng.uniform(*span)), DECIMALS)


def whole(span: tuple[int, int], rng: np.random.Generator) -> int:
    """Draw a whole number from a range, both ends included."""
    return int(rng.integers(span[0], span[1], endpoint=True))


def happens(share: float, rng: np.random.Generator) -> bool:
    """Say whether what happens in this share of the pictures happens in this one."""
    return bool(rng.random() < share)


def sometimes(share: float, span: tuple[float, float], rng: np.random.Generator) -> float:
    """Draw from a range in this share of the pictures; 0 in the others.

    A share of 0 takes nothing from the generator: presets that do without draw the pictures they always drew.
    """
    return number(span, rng) if share and happens(share, rng) else 0.0


def one_of(choices: Sequence[Choice], rng: np.random.Generator) -> Choice:
    """Draw one of some choices, each as often as the others."""
    return choices[int(rng.integers(len(choices)))]
