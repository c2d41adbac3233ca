"""A window of a picture in its place.

An instance that the window cuts keeps what is visible of it if that is at least KEPT_SHARE of its pixels; otherwise it
is left out. Less than half of a wedge is a line, and less than half of a ring is a bond.
"""

import numpy as np
import torch
from torch import Tensor

from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops

KEPT_SHARE = 0.5


def window(image: TrainingImage, side: int, rng: np.random.Generator) -> TrainingImage:
    """Return a window of `side` x `side` pixels, or less where the picture has fewer, each place as likely."""
    height, width = image.masks.size
    y, x = (int(rng.integers(max(0, length - side) + 1)) for length in (height, width))
    return cut(image, x, y, min(x + side, width), min(y + side, height))


def cut(image: TrainingImage, x0: int, y0: int, x1: int, y1: int) -> TrainingImage:
    """Return pixels x0..x1 - 1 of rows y0..y1 - 1, and the instances that are still there."""
    masks = image.masks.cut(x0, y0, x1, y1)
    left = areas(masks)
    kept = (left > 0) & (left >= areas(image.masks) * KEPT_SHARE)
    masks = masks[kept]
    corner, far = image.boxes.new_tensor([x0, y0] * 2), image.boxes.new_tensor([x1 - x0, y1 - y0])
    boxes = image.boxes[kept] - corner
    whole = (boxes[:, :2] >= 0).all(1) & (boxes[:, 2:] <= far).all(1)
    boxes = torch.where(whole[:, None], boxes, outlines(masks))
    return TrainingImage(image.pixels[:, y0:y1, x0:x1].contiguous(), boxes, image.classes[kept], masks)


def areas(masks: Crops) -> Tensor:
    """Return how many pixels each mask has: (N,) int64."""
    return torch.tensor([int(np.count_nonzero(piece)) for piece in masks.pieces()], dtype=torch.int64)


def outlines(masks: Crops) -> Tensor:
    """Return the smallest box around each mask, none of which may be empty: (N, 4) float32 as x0, y0, x1, y1."""
    boxes = []
    for piece, (left, top, _, _) in zip(masks.pieces(), masks.boxes.tolist(), strict=True):
        rows, columns = (np.flatnonzero(piece.any(axis)) for axis in (1, 0))
        boxes.append([left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1])
    return torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
