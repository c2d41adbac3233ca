"""Closed ranges [least, most] that drawings are sampled from; one number stands for a range of itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

if TYPE_CHECKING:  # who only checks a form has no use for numpy
    import numpy as np

Choice = TypeVar("Choice")


def _pair(value: Any) -> Any:
    return (value, value) if isinstance(value, int | float) else value


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        message = "the least value must not exceed the greatest"
        raise ValueError(message)
    return span


PAIR = BeforeValidator(_pair)
ORDERED = AfterValidator(_ordered)
Share = Annotated[float, Field(ge=0, le=1)]
"""How often something happens, 0 never, 1 always; or a part of a whole."""


def between(span: tuple[float, float], share: float) -> float:
    """Return what lies at a share, 0..1, of the way from the least to the greatest."""
    return span[0] + (span[1] - span[0]) * share


def number(span: tuple[float, float], rng: "np.random.Generator") -> float:
    """Draw from a range, uniformly; a range of one number takes nothing from the generator."""
    least, most = span
    return least if least == most else between(span, rng.random())


def whole(span: tuple[int, int], rng: "np.random.Generator") -> int:
    """Draw a whole number from a range, both ends included."""
    least, most = span
    return least if least == most else least + int((most - least + 1) * rng.random())


def happens(share: float, rng: "np.random.Generator") -> bool:
    """Say whether what happens in this share of cases happens now; what is certain takes nothing from the generator."""
    return share > 0 and (share >= 1 or rng.random() < share)


def one_of(choices: Sequence[Choice], rng: "np.random.Generator") -> Choice:
    """Draw one of some choices, each as often as the others."""
    return choices[int(len(choices) * rng.random())]


def by_weight(choices: Sequence[Choice], weights: Sequence[float], rng: "np.random.Generator") -> Choice:
    """Draw one of some choices, as often as its weight, above 0, says."""
    left = rng.random() * sum(weights)
    for choice, weight in zip(choices, weights, strict=True):
        left -= weight
        if left < 0:
            return choice
    return choices[-1]  # rounding may leave the last below 0
