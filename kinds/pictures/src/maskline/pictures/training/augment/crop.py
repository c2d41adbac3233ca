"""A window of a picture in its place.

An instance that the window cuts keeps what is visible of it if that is at least KEPT_SHARE of its pixels; otherwise it
is left out. Less than half of a wedge is a line, and less than half of a ring is a bond.
"""

import numpy as np
import torch
from torch import Tensor

from maskline.pictures.networks.segmenter import TrainingImage

KEPT_SHARE = 0.5


def window(image: TrainingImage, size: tuple[int, int], rng: np.random.Generator) -> TrainingImage:
    """Return a window of `size`, (H, W), or less where the picture has fewer pixels, each place as likely."""
    height, width = (min(pair) for pair in zip(size, image.masks.size, strict=True))
    y, x = (int(rng.integers(most - side + 1)) for most, side in zip(image.masks.size, (height, width), strict=True))
    return cut(image, x, y, x + width, y + height)


def cut(image: TrainingImage, x0: int, y0: int, x1: int, y1: int) -> TrainingImage:
    """Return pixels x0..x1 - 1 of rows y0..y1 - 1, and the instances that are still there."""
    masks = image.masks.cut(x0, y0, x1, y1)
    left = masks.areas()
    kept = (left > 0) & (left >= image.masks.areas() * KEPT_SHARE)
    masks = masks[kept]
    corner, far = image.boxes.new_tensor([x0, y0] * 2), image.boxes.new_tensor([x1 - x0, y1 - y0])
    boxes = image.boxes[kept] - corner
    whole = (boxes[:, :2] >= 0).all(1) & (boxes[:, 2:] <= far).all(1)
    boxes = torch.where(whole[:, None], boxes, masks.outlines())
    return TrainingImage(image.pixels[:, y0:y1, x0:x1].contiguous(), boxes, image.classes[kept], masks)


def picked(image: TrainingImage, which: Tensor) -> TrainingImage:
    """Return the picture with some of its instances.  which: (N,) bool."""
    return TrainingImage(image.pixels, image.boxes[which], image.classes[which], image.masks[which])
