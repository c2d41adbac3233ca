"""Masks within their smallest boxes, which cost what they cover and not what the picture does."""

from typing import NamedTuple

import numpy as np

from maskline.contract.coco import rle


class Crop(NamedTuple):
    """A mask, (h, w), and where in the picture its top left pixel is."""

    mask: rle.Mask
    x: int
    y: int

    @classmethod
    def of(cls, mask: rle.RLE) -> "Crop":
        """Decode a mask."""
        return cls(*rle.decode_crop(mask))

    def within(self, left: int, top: int, right: int, bottom: int) -> "Crop":
        """Return what lies in columns `left` to `right` and rows `top` to `bottom`, the last ones excluded."""
        x, y = max(self.x, left), max(self.y, top)
        rows, columns = max(bottom - self.y, y - self.y), max(right - self.x, x - self.x)
        return Crop(self.mask[y - self.y : rows, x - self.x : columns], x, y)

    def iou(self, other: "Crop") -> float:
        """Return the intersection over union with another mask of the picture; 0 if both are empty."""
        height, width = other.mask.shape
        ours = self.within(other.x, other.y, other.x + width, other.y + height)
        height, width = ours.mask.shape
        theirs = other.within(ours.x, ours.y, ours.x + width, ours.y + height)
        shared = int(np.count_nonzero(ours.mask & theirs.mask))
        every = int(np.count_nonzero(self.mask)) + int(np.count_nonzero(other.mask)) - shared
        return shared / every if every else 0.0
