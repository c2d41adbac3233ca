"""Masks that are kept only where they can be: each within its own box.

An instance is a small part of its picture: forty masks of 1024 x 1024 px are 40 MB in full and 0.1 MB here.

H, W: pixels of the picture   N: masks   h, w: pixels of one mask's box
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskline.contract.coco import rle
from maskline.pictures.preprocessing.bands import bands

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

    def areas(self) -> Tensor:
        """Return how many pixels each mask has: (N,) int64."""
        return torch.tensor([int(np.count_nonzero(piece)) for piece in self.pieces()], dtype=torch.int64)

    def outlines(self) -> Tensor:
        """Return the smallest box around each mask, none of which may be empty: (N, 4) float32 as x0, y0, x1, y1."""
        boxes = []
        for piece, (left, top, _, _) in zip(self.pieces(), self.boxes.tolist(), strict=True):
            x, y, width, height = cv2.boundingRect(piece)
            boxes.append([left + x, top + y, left + x + width, top + y + height])
        return torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)

    def union(self) -> Piece:
        """Return which pixels belong to a mask: (H, W) uint8, 0 or 1."""
        every = np.zeros(self.size, np.uint8)
        for piece, (x0, y0, x1, y1) in zip(self.pieces(), self.boxes.tolist(), strict=True):
            every[y0:y1, x0:x1] |= piece
        return every

    def within(self, area: Piece) -> "Crops":
        """Return what of each mask lies in an area of the picture, (H, W) uint8, 0 or 1; some may become empty."""
        boxes = self.boxes.tolist()
        pieces = [piece & area[y0:y1, x0:x1] for piece, (x0, y0, x1, y1) in zip(self.pieces(), boxes, strict=True)]
        return self.of_pieces(pieces, [(x0, y0) for x0, y0, _, _ in boxes], self.size)

    def joined(self, others: "Crops") -> "Crops":
        """Return these masks, and after them others of a picture of the same size."""
        starts = torch.cat([self.starts, others.starts + len(self.cells)])
        return Crops(torch.cat([self.cells, others.cells]), torch.cat([self.boxes, others.boxes]), starts, self.size)

    def placed(self, x: int, y: int, size: tuple[int, int]) -> "Crops":
        """Return the masks of a picture of `size`, (H, W), in which this one lies with its top left pixel at (x, y)."""
        return replace(self, boxes=self.boxes + self.boxes.new_tensor([x, y] * 2), size=size)

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
        rows, columns = bands(self.size[0], size[0]), bands(self.size[1], size[1])
        pieces, corners = [], []
        for piece, (x0, y0, x1, y1) in zip(self.pieces(), self.boxes.tolist(), strict=True):
            (top, down), (left, across) = rows.weights(y0, y1), columns.weights(x0, x1)
            pieces.append((down @ piece.astype(np.float32) @ across.T >= share).view(np.uint8))
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
