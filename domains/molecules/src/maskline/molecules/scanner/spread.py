"""Ink that spreads in copying, or shrinks: dilation and erosion, alike for grey pictures and for masks.

The structuring element is a square of |spread| + 1 pixels a side, so a stroke along x or y gains or loses |spread|
pixels in width. Dilating greys and cutting them gives what cutting them and dilating gives: one element serves both.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE, Mask

KEPT = 0.5
"""The least share of an instance's pixels that erosion leaves: with less, the eye no longer sees the instance."""

Values = TypeVar("Values", np.bool_, np.uint8)


def spread(values: npt.NDArray[Values], pixels: int) -> npt.NDArray[Values]:
    """Dilate (H, W) values by `pixels`, or erode them if that is below 0; what lies outside the picture has no part.

    An odd number is split unevenly: the greater part of a dilation goes right and down.
    """
    combine = np.maximum if pixels > 0 else np.minimum
    for _ in range(2):  # along y, then, transposed, along x
        wide = values.copy(order="K")
        for step in range(1, abs(pixels) + 1):
            reach = (step + 1) // 2
            if (step % 2 == 1) == (pixels > 0):
                combine(wide[reach:], values[:-reach], out=wide[reach:])
            else:
                combine(wide[:-reach], values[reach:], out=wide[:-reach])
        values = wide.T
    return values


def spread_masks(masks: Sequence[RLE], ink: Mask, pixels: int) -> tuple[list[RLE], int]:
    """Return the masks of ink that spread by `pixels`, and the pixels it spread by.

    ink: (H, W), all that is drawn, what has no mask included.  Each mask is dilated; or it keeps what it shares with
    the eroded ink, so that no seam opens where two instances meet.  Erosion that would take more than half of an
    instance's pixels is lessened, for the whole picture, until it does not.
    """
    if pixels > 0:
        return [_dilated(mask, pixels) for mask in masks], pixels
    for lessened in range(pixels, 0):
        left = spread(ink, lessened)
        eroded = [_eroded(mask, left) for mask in masks]
        if all(rle.area(after) >= KEPT * rle.area(before) for after, before in zip(eroded, masks, strict=True)):
            return eroded, lessened
    return list(masks), 0


def _eroded(mask: RLE, left: Mask) -> RLE:
    height, width = mask["size"]
    x, y, w, h = rle.bbox(mask)
    place = np.s_[y : y + h, x : x + w]
    return rle.encode_crop(rle.decode(mask)[place] & left[place], x, y, height, width)


def _dilated(mask: RLE, pixels: int) -> RLE:
    height, width = mask["size"]
    x, y, w, h = rle.bbox(mask)
    left, top = max(x - pixels, 0), max(y - pixels, 0)
    crop = rle.decode(mask)[top : y + h + pixels, left : x + w + pixels]
    return rle.encode_crop(spread(crop, pixels), left, top, height, width)
