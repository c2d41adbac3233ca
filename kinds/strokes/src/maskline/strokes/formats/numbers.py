"""Numbers as files spell them: as short as they can be read back exactly."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

WHOLE = 2**53
"""Below it a float that is a whole number is written as one."""


def plain(values: NDArray[np.float64]) -> list[float]:
    """Return numbers for JSON, whole ones without a point."""
    return [short(value) for value in values.tolist()]


def short(value: float) -> float:
    """Return a whole number as int, another as it is."""
    return int(value) if abs(value) < WHOLE and value == int(value) else value


def spelled(value: float) -> str:
    """Return one number as text."""
    return repr(short(value))


def listed(values: Iterable[float]) -> str:
    """Return numbers as text, one after another."""
    return " ".join(map(spelled, values))


def joined(points: NDArray[np.float64], between: str = " ") -> str:
    """Return (P, 2) points as text, x,y each."""
    return between.join(f"{spelled(x)},{spelled(y)}" for x, y in points.tolist())


def pairs(values: Sequence[float]) -> list[list[float]]:
    """Return [x, y, x, y, ...] as points; a last x without y is left out, as SVG has it."""
    return [[values[place], values[place + 1]] for place in range(0, len(values) - 1, 2)]
