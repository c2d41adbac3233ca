"""Closed ranges [least, most] that cells and pictures are sampled from; one number stands for a range of itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

if TYPE_CHECKING:  # who only checks a form has no use for numpy
    import numpy as np

Choice = TypeVar("Choice")


def pair(value: Any) -> Any:
    """Return a range; anything but a number is left for others to judge."""
    return (value, value) if isinstance(value, int | float) else value


def ordered(span: tuple[float, float]) -> tuple[float, float]:
    """Return a range.  Raises ValueError if it ends before it begins."""
    if span[0] > span[1]:
        message = "the least value must not exceed the greatest"
        raise ValueError(message)
    return span


_Signed = Annotated[float, Field(ge=-1, le=1)]
_Length = Annotated[float, Field(ge=0, le=200)]
_Radius = Annotated[float, Field(ge=0.5, le=200)]
_Times = Annotated[float, Field(ge=0, le=10)]
_Count = Annotated[int, Field(ge=0, le=2000)]
_Side = Annotated[int, Field(ge=32, le=4096)]
Share = Annotated[float, Field(ge=0, le=1)]
"""How often something happens, 0 never, 1 always; or a part of a whole."""
Shares = Annotated[tuple[Share, Share], BeforeValidator(pair), AfterValidator(ordered)]
Tone = Annotated[tuple[_Signed, _Signed], BeforeValidator(pair), AfterValidator(ordered)]
"""Brighter than the ground, or darker, over the whole range of grey."""
Size = Annotated[tuple[_Length, _Length], BeforeValidator(pair), AfterValidator(ordered)]
"""Pixels."""
Radius = Annotated[tuple[_Radius, _Radius], BeforeValidator(pair), AfterValidator(ordered)]
"""Pixels, above 0."""
Times = Annotated[tuple[_Times, _Times], BeforeValidator(pair), AfterValidator(ordered)]
"""A factor, a length over another, or an angle."""
Count = Annotated[tuple[_Count, _Count], BeforeValidator(pair), AfterValidator(ordered)]
Side = Annotated[tuple[_Side, _Side], BeforeValidator(pair), AfterValidator(ordered)]


def number(span: tuple[float, float], rng: "np.random.Generator") -> float:
    """Draw from a range, uniformly."""
    return span[0] + (span[1] - span[0]) * rng.random()


def whole(span: tuple[int, int], rng: "np.random.Generator") -> int:
    """Draw a whole number from a range, both ends included."""
    return span[0] + int((span[1] - span[0] + 1) * rng.random())


def happens(share: float, rng: "np.random.Generator") -> bool:
    """Say whether what happens in this share of cases happens now."""
    return rng.random() < share


def by_weight(choices: Sequence[Choice], weights: Sequence[float], rng: "np.random.Generator") -> Choice:
    """Draw one of some choices, as often as its weight, above 0, says."""
    left = rng.random() * sum(weights)
    for choice, weight in zip(choices, weights, strict=True):
        left -= weight
        if left < 0:
            return choice
    return choices[-1]  # rounding may leave the last below 0
