"""Masks that are kept only where they can be: each within its own box.

An instance is a small part of its picture: forty masks of 1024 x 1024 px are 40 MB in full and 0.1 MB here.

H, W: pixels of the picture   N: masks   h, w: pixels of one mask's box
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskline.contract.coco import rle
from maskline.pictures.preprocessing.frame import scaled_line

Piece = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Crops:
    """N masks of one picture.

    cells: (all h * w together,) uint8, 0 or 1: the pixels of every box row by row, one box after another.
    boxes: (N, 4) int64, x0, y0, x1, y1: which pixels of the picture a box holds; x1 and y1 are beyond it.
    starts: (N,) int64: where in `cells` a box begins.  size: (H, W).
    Outside its box a mask is 0. Indexing picks boxes and shares the cells, so that a mask picked often costs nothing.
    """

    cells: Tensor
    boxes: Tensor
    starts: Tensor
    size: tuple[int, int]

    @classmethod
    def packed(cls, cells: Tensor, boxes: Tensor, size: tuple[int, int]) -> "Crops":
        """Return the masks whose boxes follow one another in `cells`."""
        areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        return cls(cells, boxes, areas.cumsum(0) - areas, size)

    @classmethod
    def of_pieces(cls, pieces: Sequence[Piece], corners: Iterable[tuple[int, int]], size: tuple[int, int]) -> "Crops":
        """Return the masks that are `pieces`, (h, w) each, with their top left pixels at `corners`, (x, y) each."""
        boxes = [(x, y, x + p.shape[1], y + p.shape[0]) for p, (x, y) in zip(pieces, corners, strict=True)]
        cells = np.concatenate([piece.ravel() for piece in pieces] or [np.zeros(0, np.uint8)])
        return cls.packed(torch.from_numpy(cells), torch.tensor(boxes, dtype=torch.int64).reshape(-1, 4), size)

    @classmethod
    def of_rles(cls, rles: Iterable[rle.RLE], size: tuple[int, int]) -> "Crops":
        """Return the masks that run lengths of a picture of `size` describe."""
        found = [rle.decode_crop(code) for code in rles]
        return cls.of_pieces([crop.view(np.uint8) for crop, _, _ in found], [(x, y) for _, x, y in found], size)

    def __len__(self) -> int:
        return len(self.boxes)

    def __getitem__(self, index: Tensor | slice) -> "Crops":
        """Return the masks at `index`, (M,) int64 or (N,) bool; a mask may be asked for several times."""
        return replace(self, boxes=self.boxes[index], starts=self.starts[index])

    @property
    def device(self) -> torch.device:
        """Where the cells are."""
        return self.cells.device

    def pieces(self) -> list[Piece]:
        """Return every mask's box, (h, w), as a view of the cells, which must be on the CPU."""
        cells = self.cells.numpy()
        columns = zip(self.boxes.tolist(), self.starts.tolist(), strict=True)
        return [_piece(cells, start, x1 - x0, y1 - y0) for (x0, y0, x1, y1), start in columns]

    def full(self) -> Tensor:
        """Return the masks as (N, H, W) bool."""
        masks = torch.zeros((len(self), *self.size), dtype=torch.bool)
        for mask, piece, (x0, y0, x1, y1) in zip(masks, self.pieces(), self.boxes.tolist(), strict=True):
            mask[y0:y1, x0:x1] = torch.from_numpy(piece)
        return masks

    def flipped_x(self) -> "Crops":
        """Return the masks with left and right exchanged."""
        corners = ((self.size[1] - x1, y0) for _, y0, x1, _ in self.boxes.tolist())
        return self.of_pieces([piece[:, ::-1] for piece in self.pieces()], corners, self.size)

    def flipped_y(self) -> "Crops":
        """Return the masks with top and bottom exchanged."""
        corners = ((x0, self.size[0] - y1) for x0, _, _, y1 in self.boxes.tolist())
        return self.of_pieces([piece[::-1] for piece in self.pieces()], corners, self.size)

    def transposed(self) -> "Crops":
        """Return the masks with x and y exchanged."""
        corners = ((y0, x0) for x0, y0, _, _ in self.boxes.tolist())
        return self.of_pieces([piece.T for piece in self.pieces()], corners, (self.size[1], self.size[0]))

    def cut(self, x0: int, y0: int, x1: int, y1: int) -> "Crops":
        """Return what lies inside a window of the picture, as masks of that window; some may become empty."""
        pieces, corners = [], []
        for piece, (left, top, right, bottom) in zip(self.pieces(), self.boxes.tolist(), strict=True):
            near, far = (max(left, x0), max(top, y0)), (min(right, x1), min(bottom, y1))
            inside = near[0] < far[0] and near[1] < far[1]
            pieces.append(piece[near[1] - top : far[1] - top, near[0] - left : far[0] - left] if inside else EMPTY)
            corners.append((near[0] - x0, near[1] - y0) if inside else (0, 0))
        return self.of_pieces(pieces, corners, (y1 - y0, x1 - x0))

    def scaled(self, size: tuple[int, int], share: float = 0.5) -> "Crops":
        """Scale the picture to `size`, (h, w); a pixel belongs to a mask when at least `share` of it does."""
        if size == self.size:
            return self
        rows, columns = _bands(self.size[0], size[0]), _bands(self.size[1], size[1])
        pieces, corners = [], []
        for piece, (x0, y0, x1, y1) in zip(self.pieces(), self.boxes.tolist(), strict=True):
            (top, down), (left, across) = rows.weights(y0, y1), columns.weights(x0, x1)
            small = down @ torch.from_numpy(piece).float() @ across.T >= share
            pieces.append(small.numpy().view(np.uint8))
            corners.append((left, top))
        return self.of_pieces(pieces, corners, size)

    def widened(self, margin: int) -> "Crops":
        """Return the masks with every pixel added that is at most `margin` away, along x, y or both."""
        pieces, corners = [], []
        for piece, (x0, y0, x1, y1) in zip(self.pieces(), self.boxes.tolist(), strict=True):
            left, top = min(margin, x0), min(margin, y0)
            right, bottom = min(margin, self.size[1] - x1), min(margin, self.size[0] - y1)
            height, width = piece.shape
            grown = np.zeros((top + height + bottom, left + width + right), np.uint8)
            grown[top : top + height, left : left + width] = piece
            for _ in range(margin):
                grown = _spread(_spread(grown).T).T
            pieces.append(grown)
            corners.append((x0 - left, y0 - top))
        return self.of_pieces(pieces, corners, self.size)


EMPTY: Piece = np.zeros((0, 0), np.uint8)


def _piece(cells: Piece, start: int, width: int, height: int) -> Piece:
    return cells[start : start + height * width].reshape(height, width)


def _spread(piece: Piece) -> Piece:
    """Let every pixel spread to the ones above and below."""
    spread = piece.copy()
    spread[1:] |= piece[:-1]
    spread[:-1] |= piece[1:]
    return spread


@dataclass(frozen=True, slots=True)
class _Bands:
    """How the pixels along one axis share in those of a scaled picture; few in each, so only these are kept.

    starts: (scaled,), the first pixel of each band, perhaps outside the picture.  shares: (scaled, K) float32.
    first, last: (scaled,), the first and the last pixel with a share.
    """

    starts: NDArray[np.int64]
    shares: NDArray[np.float32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def weights(self, start: int, end: int) -> tuple[int, Tensor]:
        """Return the first scaled pixel that holds a part of pixels start..end - 1, and the shares from it on.

        Shares are (scaled pixels, end - start).
        """
        near, far = np.searchsorted(self.last, start), np.searchsorted(self.first, end)
        places = self.starts[near:far, None] - start + np.arange(self.shares.shape[1])
        inside = (places >= 0) & (places < end - start)
        weights = np.zeros((far - near, end - start), np.float32)
        weights[np.nonzero(inside)[0], places[inside]] = self.shares[near:far][inside]
        return int(near), torch.from_numpy(weights)


@lru_cache(maxsize=256)
def _bands(pixels: int, scaled: int) -> _Bands:
    """Read the weights off torch's own scaling: every K-th pixel at a time, so that none hides behind another."""
    reach = max(1.0, pixels / scaled)  # of the filter, in pixels to either side
    band = 2 * math.ceil(reach) + 3
    combs = np.arange(pixels) % band == np.arange(band)[:, None]
    found = scaled_line(torch.from_numpy(combs).float(), scaled).numpy()
    starts = np.floor((np.arange(scaled) + 0.5) * pixels / scaled - reach).astype(np.int64) - 1
    places = starts[:, None] + np.arange(band)
    shares = np.where((places >= 0) & (places < pixels), found[places % band, np.arange(scaled)[:, None]], 0)
    some = shares > 0
    return _Bands(starts, shares, starts + some.argmax(1), starts + band - 1 - some[:, ::-1].argmax(1))
