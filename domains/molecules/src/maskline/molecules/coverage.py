"""How much of every pixel each instance covers, exactly, by FreeType's scan converter; and the picture they make.

H, W: the picture's height and width in pixels   h, w: an instance's box   C: contours of an instance   P: their points
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import freetype
import numpy as np
import numpy.typing as npt
from freetype import raw

from maskline.molecules.outline import Contours

Bytes = npt.NDArray[np.uint8]

SUBPIXELS = 64
"""FreeType's unit: a sixty-fourth of a pixel."""
HALF = 128
"""A pixel is ink, and belongs to a mask, from this coverage on."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One bond or label on its box: its left, top pixel and (h, w) coverage, 0 none to 255 whole."""

    owner: int
    x: int
    y: int
    coverage: Bytes


def instances(shapes: Contours, width: int, height: int) -> list[Instance]:
    """Return the coverage of every owner's contours, in the order of owners; what lies outside the picture is cut.

    Contours that turn the same way unite, those that turn against the one around them are holes (non-zero rule).
    """
    points = np.rint(shapes.points * SUBPIXELS).astype(np.int64)
    ends = np.cumsum(shapes.lengths)
    firsts = np.flatnonzero(np.diff(shapes.owners, prepend=-1))
    stops = np.append(firsts[1:], len(shapes.owners))
    drawn = []
    for first, stop in zip(firsts.tolist(), stops.tolist(), strict=True):
        begin, end = int(ends[first] - shapes.lengths[first]), int(ends[stop - 1])
        inside = points[begin:end]
        low = np.maximum(inside.min(axis=0) // SUBPIXELS, 0)
        high = np.minimum(-(-inside.max(axis=0) // SUBPIXELS), (width, height))
        w, h = (high - low).tolist()
        if w > 0 and h > 0:
            contour_ends = (ends[first:stop] - begin - 1).astype(np.int16)
            coverage = _fill(inside - low * SUBPIXELS, shapes.tags[begin:end], contour_ends, w, h)
            drawn.append(Instance(int(shapes.owners[first]), int(low[0]), int(low[1]), coverage))
    return drawn


def _fill(points: npt.NDArray[np.int64], tags: Bytes, ends: npt.NDArray[np.int16], w: int, h: int) -> Bytes:
    """Return the (h, w) coverage of closed contours.  points: (P, 2) sub-pixels; ends: (C,) last point of each contour."""
    coverage = np.zeros((h, w), np.uint8)
    tags = np.ascontiguousarray(tags)
    outline = raw.FT_Outline(
        n_contours=len(ends),
        n_points=len(points),
        points=ctypes.cast(points.ctypes.data, ctypes.POINTER(raw.FT_Vector)),
        tags=ctypes.cast(tags.ctypes.data, type(raw.FT_Outline().tags)),
        contours=ctypes.cast(ends.ctypes.data, type(raw.FT_Outline().contours)),
        flags=raw.FT_OUTLINE_NONE,
    )
    bitmap = raw.FT_Bitmap(
        rows=h,
        width=w,
        pitch=-w,  # rows upwards: FreeType's y grows upwards, ours downwards
        buffer=ctypes.cast(coverage.ctypes.data, type(raw.FT_Bitmap().buffer)),
        num_grays=256,
        pixel_mode=freetype.FT_PIXEL_MODE_GRAY,
    )
    fault = raw.FT_Outline_Get_Bitmap(freetype.get_handle(), ctypes.byref(outline), ctypes.byref(bitmap))
    if fault:
        raise freetype.FT_Exception(fault)
    return coverage


def compose(drawn: Sequence[Instance], width: int, height: int) -> tuple[Bytes, list[npt.NDArray[np.bool_]]]:
    """Lay black instances over each other on white.

    Returns the (H, W) picture, 255 white, and each instance's (h, w) mask on its box.  A pixel belongs to every instance that covers
    at least half of it; an ink pixel of which no instance covers half belongs to the one that covers most.  So the union
    of the masks is the ink: the pixels darker than HALF.
    """
    picture = np.full((height, width), 255, np.uint8)
    owned = np.zeros((height, width), bool)
    masks = []
    for instance in drawn:
        h, w = instance.coverage.shape
        box = slice(instance.y, instance.y + h), slice(instance.x, instance.x + w)
        mask = instance.coverage >= HALF
        masks.append(mask)
        owned[box] |= mask
        light = picture[box] * (255 - instance.coverage).astype(np.uint16) + HALF
        picture[box] = (light + (light >> 8)) >> 8  # divided by 255, rounded
    for place in np.flatnonzero((picture < HALF) & ~owned).tolist():
        _give(drawn, masks, place % width, place // width)
    return picture, masks


def _give(drawn: Sequence[Instance], masks: Sequence[npt.NDArray[np.bool_]], x: int, y: int) -> None:
    """Give the pixel (x, y) to the first of the instances that cover most of it."""
    best, most = -1, 0
    for number, instance in enumerate(drawn):
        row, column = y - instance.y, x - instance.x
        h, w = instance.coverage.shape
        if 0 <= row < h and 0 <= column < w and instance.coverage[row, column] > most:
            best, most = number, int(instance.coverage[row, column])
    masks[best][y - drawn[best].y, x - drawn[best].x] = True
