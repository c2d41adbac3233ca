"""The pixels of a picture, each of which one instance gets.

H, W: height and width in pixels.  h, w: those of a crop.
"""

from typing import NamedTuple

import numpy as np

from maskline.contract.coco.rle import RLE, Mask, decode_crop


class Share(NamedTuple):
    """What an instance gets.  mask: (h, w), its top left pixel is (x, y).  lost: pixels that others have."""

    mask: Mask
    x: int
    y: int
    lost: int


class Ground:
    """A picture of which nothing is taken yet."""

    def __init__(self, size: list[int]) -> None:
        """size: H, W."""
        self._taken = np.zeros(size, dtype=bool)

    def take(self, mask: RLE) -> Share:
        """Give an instance the pixels of its mask that nobody has yet."""
        crop, x, y = decode_crop(mask)
        taken = self._taken[y : y + crop.shape[0], x : x + crop.shape[1]]
        own = crop & ~taken
        lost = int(crop.sum() - own.sum())
        taken |= crop
        return Share(own, x, y, lost)
