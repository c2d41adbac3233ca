"""One mask within its box: how far it reaches, how many pieces and holes it has.

P: pixels of the mask   h, w: its box
"""

from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.contract.coco.components import components, ground


@dataclass(frozen=True)
class Blot:
    """One mask, decoded within its box."""

    x: int
    y: int
    mask: rle.Mask  # (h, w), touching its own four sides

    @cached_property
    def pixels(self) -> NDArray[np.intp]:
        """(P, 2): row and column of every pixel in the picture."""
        pixels: NDArray[np.intp] = np.argwhere(self.mask) + np.array((self.y, self.x))
        return pixels

    def grown(self, reach: float) -> "Blot":
        """Return what lies within `reach` pixels of this mask, from pixel centre to pixel centre."""
        margin = int(reach)
        return Blot(self.x - margin, self.y - margin, _dilated(self.mask, reach))

    def within(self, other: "Blot") -> NDArray[np.bool_]:
        """Return (P,): which of the pixels lie in another mask."""
        row, column = (self.pixels - (other.y, other.x)).T
        height, width = other.mask.shape
        inside: NDArray[np.bool_] = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        inside[inside] = other.mask[row[inside], column[inside]]
        return inside

    def touches(self, other: "Blot") -> bool:
        """Say whether the boxes of the two overlap."""
        h, w = self.mask.shape
        height: int
        width: int
        height, width = other.mask.shape
        return self.x < other.x + width and other.x < self.x + w and self.y < other.y + height and other.y < self.y + h

    def pieces(self) -> int:
        """Count the parts that hang together, over corners, too."""
        return int(components(self.mask, over_corners=True).max())

    def holes(self) -> int:
        """Count the parts of the ground that the mask encloses; a diagonal line of pixels is a wall."""
        return max(0, int(ground(self.mask).max()) - 1)


def blot(segmentation: rle.RLE) -> Blot | None:
    """Decode a mask; None for an empty one."""
    mask, x, y = rle.decode_crop(segmentation)
    return Blot(x, y, mask) if mask.size else None


def _dilated(mask: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """Return (h + 2 r, w + 2 r), r the whole pixels in `reach`: what lies within `reach` pixels of the mask."""
    height, width = mask.shape
    margin = int(reach)
    grown = np.zeros((height + 2 * margin, width + 2 * margin), bool)
    before = np.cumsum(np.pad(mask, ((0, 0), (2 * margin + 1, 2 * margin))), axis=1)  # pixels up to a column
    for down in range(margin + 1):
        half = isqrt(int(reach * reach - down * down))
        first = margin - half
        row = before[:, first + 2 * half + 1 :][:, : grown.shape[1]] > before[:, first:][:, : grown.shape[1]]
        for shift in {margin - down, margin + down}:
            grown[shift : shift + height] |= row
    return grown
