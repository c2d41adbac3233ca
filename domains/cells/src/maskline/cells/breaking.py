"""Masks broken as those of public sets of cells are: with holes, torn in pieces, or given twice.

h, w: height and width of a cell's window, pixels.
"""

import math
from typing import Literal

import numpy as np

from maskline.cells.crowd import Mask
from maskline.contract.drawing.ranges import number, whole

Break = Literal["hole", "fragment", "double"]
HOLES = (1, 3)
HOLE = (0.08, 0.2)
"""Radius of a hole, over the root of the mask's area."""
TORN_OFF = (0.1, 0.35)
"""Share of the mask beyond the tear."""
TEAR_PX = 3.0
MOVED_PX = (1, 2)
"""How far the second of two masks lies off, each way."""


def broken(mask: Mask, rng: np.random.Generator) -> tuple[Break, list[Mask]]:
    """Return how a mask was broken, and the (h, w) masks that are told in its place, none of them empty."""
    which = whole((0, 2), rng)
    if which == 0:
        return "hole", [_holed(mask, rng)]
    if which == 1:
        return "fragment", [_torn(mask, rng)]
    return "double", [mask, _moved(mask, rng)]


def _holed(mask: Mask, rng: np.random.Generator) -> Mask:
    """Punch discs around pixels of the mask."""
    ys, xs = np.nonzero(mask)
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    left = mask.copy()
    for _ in range(whole(HOLES, rng)):
        at, radius = whole((0, len(ys) - 1), rng), max(1.0, number(HOLE, rng) * math.sqrt(len(ys)))
        left &= (rows - ys[at]) ** 2 + (columns - xs[at]) ** 2 > radius * radius
    return _unless_empty(left, mask)


def _torn(mask: Mask, rng: np.random.Generator) -> Mask:
    """Take away a straight band, so that a part lies beyond it."""
    angle = number((0, 2 * math.pi), rng)
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    along = columns * round(math.cos(angle), 6) + rows * round(math.sin(angle), 6)
    ordered = np.sort(along[mask])
    begin = ordered[int(number(TORN_OFF, rng) * len(ordered))]
    return _unless_empty(mask & ((along < begin) | (along >= begin + TEAR_PX)), mask)


def _moved(mask: Mask, rng: np.random.Generator) -> Mask:
    """Move the mask by some pixels; what leaves the window is lost."""
    down, right = (whole(MOVED_PX, rng) * (1 if whole((0, 1), rng) else -1) for _ in range(2))
    moved = np.zeros_like(mask)
    h, w = mask.shape
    moved[max(down, 0) : h + min(down, 0), max(right, 0) : w + min(right, 0)] = mask[
        max(-down, 0) : h - max(down, 0), max(-right, 0) : w - max(right, 0)
    ]
    return _unless_empty(moved, mask)


def _unless_empty(left: Mask, mask: Mask) -> Mask:
    return left if left.any() else mask
