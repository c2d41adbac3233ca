"""What the mask of one bond shows, seen by walking across and along it."""

from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

Mask = npt.NDArray[np.bool_]
STATIONS = np.linspace(0.15, 0.85, 15)
"""Shares of the drawn bond at which one walks across it."""
WIDENING = 0.14
"""Of a wedge, shares of the reach, between its first and its last stations."""
STEP = 0.25
"""Pixels from one look at the mask to the next."""


def shown_mark(annotation: dict[str, Any], reach: float) -> str:
    """Say what the mask shows: one, two or three lines, wedge, strokes.

    reach: how far to both sides of the bond one walks, pixels.
    """
    mask = coco_mask.decode(annotation["segmentation"]).view(bool)
    begin, end = np.array(annotation["end_points"])
    length = float(np.hypot(*(end - begin)))
    along = (end - begin) / max(length, 1e-9)
    across = np.array([-along[1], along[0]])
    walk = np.arange(-reach, reach, STEP)
    places = begin + STATIONS[:, None, None] * (end - begin) + walk[:, None] * across
    lines, widths = runs(_look(mask, places))
    forward = np.arange(0, length, STEP)
    breaks, _ = runs(_look(mask, begin + forward[:, None] * along)[None])
    usual = int(np.median(lines))
    if breaks[0] >= 3:
        return "strokes"
    narrow, wide = float(np.mean(widths[:4])), float(np.mean(widths[-4:]))
    if usual == 1 and wide - narrow > max(0.4 * narrow, WIDENING * reach):
        return "wedge"
    return {1: "one line", 2: "two lines", 3: "three lines"}.get(usual, f"{usual} lines")


def runs(walks: Mask) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.float64]]:
    """Return the number of dark stretches of each walk, a row, and the length of the longest, in pixels."""
    framed = np.zeros((walks.shape[0], walks.shape[1] + 2), np.int8)
    framed[:, 1:-1] = walks
    edges = np.diff(framed, axis=1)
    row, begin = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    longest = np.zeros(len(walks))
    np.maximum.at(longest, row, (end - begin) * STEP)
    return np.bincount(row, minlength=len(walks)), longest


def _look(mask: Mask, places: npt.NDArray[np.float64]) -> Mask:
    """Return what lies at places (..., 2), x then y; outside the picture there is no mask."""
    x, y = np.floor(places[..., 0]).astype(int), np.floor(places[..., 1]).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < mask.shape[1]) & (y < mask.shape[0])
    seen: Mask = np.zeros(x.shape, bool)
    seen[inside] = mask[y[inside], x[inside]]
    return seen
