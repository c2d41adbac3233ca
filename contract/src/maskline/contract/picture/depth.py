"""Values of more than 8 bits as 8.

Files do not say what white is. Integers that come near the largest of their type keep their type's scale; others, of a
camera of 12 bits in a file of 16 for example, and floats span their own range.

H, W: height and width in pixels.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator

NEAR = 0.75
"""The share of their type's largest value that integers must reach to keep its scale: paper is lighter than that."""
ROWS = 256
"""So many are worked out at once: in double precision a large picture would take eight times its room."""
WHITE = 255
Values = npt.NDArray[np.number[Any]]
Pixels = npt.NDArray[np.uint8]


def _rising(percentiles: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= percentiles[0] < percentiles[1] <= 100:
        message = "they must rise, and lie between 0 and 100"
        raise ValueError(message)
    return percentiles


Percentiles = Annotated[tuple[float, float], AfterValidator(_rising)]
"""Of a picture's values: what is black and what is white."""


@dataclass(frozen=True, slots=True)
class Deep:
    """A picture's values as its file has them.

    values: (H, W) or (H, W, 3).  top: the largest value of an integer's type; 0 for floats.
    clear: (H, W), what is transparent.  alpha: (H, W), how opaque the others are, 0 to 65,535.  inverted: 0 is white.
    """

    values: Values
    top: int
    clear: npt.NDArray[np.bool_] | None = None
    alpha: npt.NDArray[np.uint16] | None = None
    inverted: bool = False


def to_eight_bits(deep: Deep, percentiles: Percentiles | None = None) -> tuple[Pixels, str]:
    """Return the picture, (H, W) or (H, W, 3), and a remark unless its values kept their type's scale.

    percentiles: what is black and what is white, of all channels together, whatever their type; values beyond become
    black and white, too.  Where both are one value, and without them, the rule above holds.
    White is what is no number, and all of a picture without any differences: nothing is drawn in it.  Transparency is
    left to `opacity`.
    """
    known = np.isfinite(deep.values)
    if not known.any():
        return np.full(deep.values.shape, WHITE, np.uint8), "none of its values is a number: it is white"
    seen = deep.values if known.all() else deep.values[known]
    missing = f"; {known.size - seen.size:,} are no numbers" if seen.size < known.size else ""
    low, high, remark = _between(seen, percentiles) if percentiles else _whole(deep, seen)
    if low == high:
        return np.full(deep.values.shape, WHITE, np.uint8), f"all of its values are {low:.6g}: it is white"
    remark = f"{remark}{missing}" if remark else ""
    shown = np.empty(deep.values.shape, np.uint8)
    for start in range(0, len(shown), ROWS):
        part = slice(start, start + ROWS)
        scaled = _scaled(deep.values[part], low, high)
        scaled = WHITE - scaled if deep.inverted else scaled
        shown[part] = np.where(np.isnan(deep.values[part]), WHITE, np.round(scaled))
    return shown, remark


def _whole(deep: Deep, seen: Values) -> tuple[float, float, str]:
    """Return which values are black and white: those of their type, or the first and last; and a remark on these."""
    low, high = float(seen.min()), float(seen.max())
    remark = f"its values, {low:.6g} to {high:.6g}, were scaled to 0 to 255"
    if low >= 0 and deep.top and NEAR * deep.top <= high <= deep.top:
        return 0, deep.top, ""
    if deep.clear is not None:  # what is transparent tells shapes even where all values are one
        return 0, high or deep.top, remark if seen.any() else ""
    return low, high, remark


def _between(seen: Values, percentiles: Percentiles) -> tuple[float, float, str]:
    """Return which values are black and white by their percentiles, where these differ, and a remark."""
    first, last = float(seen.min()), float(seen.max())
    low, high = (float(value) for value in np.percentile(seen, percentiles))
    if low == high:
        low, high = first, last
    beyond = float(np.mean((seen < low) | (seen > high)))
    remark = (
        f"its values, {first:.6g} to {last:.6g}, were scaled: {low:.6g} to {high:.6g}, their percentiles "
        f"{percentiles[0]:g} and {percentiles[1]:g}, became 0 to 255, {beyond:.2%} of them lie beyond"
    )
    return low, high, remark


def opacity(deep: Deep) -> Pixels | None:
    """Return how opaque each pixel is, (H, W), 255 wholly; None where all are."""
    if deep.alpha is None and deep.clear is None:
        return None
    wholly = np.full(deep.values.shape[:2], 255, np.uint8)
    opaque = wholly if deep.alpha is None else (deep.alpha >> np.uint16(8)).astype(np.uint8)
    if deep.clear is not None:
        opaque[deep.clear] = 0
    return opaque


def _scaled(values: Values, low: float, high: float) -> npt.NDArray[np.float64]:
    """Return values as 0 to 255, infinite ones at the ends; what is no number is 0."""
    ours = np.nan_to_num(values.astype(np.float64), nan=low, posinf=high, neginf=low)
    return (np.clip(ours, low, high) - low) / (high - low) * WHITE
