"""Instances of another picture, pasted onto this one.

Ghiasi et al. 2021, Simple Copy-Paste is a Strong Data Augmentation Method for Instance Segmentation,
https://arxiv.org/abs/2012.07177. Both pictures are brought to one level first: an instance that stands out by that of
its ground, as among micrographs of several exposures, would be found by it.

C: channels   H, W: pixels of the picture
"""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Piece
from maskline.pictures.training.augment.config import AugmentationConfig
from maskline.pictures.training.augment.crop import window
from maskline.pictures.training.augment.light import median

Planes = NDArray[np.uint8]


def pasted(
    image: TrainingImage, guests: TrainingImage, config: AugmentationConfig, rng: np.random.Generator
) -> TrainingImage:
    """Return `image` with the instances of `guests`, a picture of any size at a random place, on top of its own.

    What an instance of `image` has under them is no longer its own, and one that loses too much of itself has no label.
    """
    guests = _laid(guests, image.masks.size, rng)
    cover = guests.masks.union()
    masks = image.masks.within(1 - cover)
    left, whole = masks.areas(), image.masks.areas()
    kept = (left > 0) & (left >= whole * (1 - config.paste_occluded))
    masks, before = masks[kept], image.masks[kept]
    return TrainingImage(
        _blended(image.pixels.numpy(), guests.pixels.numpy(), cover, config.paste_blend_px),
        torch.cat([image.boxes[kept] + masks.outlines() - before.outlines(), guests.boxes]),
        torch.cat([image.classes[kept], guests.classes]),
        masks.joined(guests.masks),
    )


def _laid(image: TrainingImage, size: tuple[int, int], rng: np.random.Generator) -> TrainingImage:
    """Return a picture of `size`, (H, W): a window of `image`, and where that is smaller, its sides going on."""
    image = window(image, size, rng)
    height, width = image.masks.size
    y, x = (int(rng.integers(side - own + 1)) for side, own in zip(size, (height, width), strict=True))
    sides = (0, 0), (y, size[0] - height - y), (x, size[1] - width - x)
    pixels = torch.from_numpy(np.pad(image.pixels.numpy(), sides, "edge"))
    boxes = image.boxes + image.boxes.new_tensor([x, y] * 2)
    return TrainingImage(pixels, boxes, image.classes, image.masks.placed(x, y, size))


def _blended(below: Planes, above: Planes, cover: Piece, sigma: float) -> Tensor:
    """Return (C, H, W) uint8: `above` where `cover` is 1, with edges that are soft by a Gaussian of `sigma` pixels.

    In every channel `above` is as much lighter or darker as makes the medians of both the same.
    """
    share = cover * np.uint8(255)
    if sigma:
        share = cv2.GaussianBlur(share, (0, 0), sigma)
    mixed = above.astype(np.float32) - below
    mixed += (median(below) - median(above)).astype(np.float32)[:, None, None]
    mixed *= share / np.float32(255)
    mixed += below
    return torch.from_numpy(np.rint(mixed, out=mixed).clip(0, 255).astype(np.uint8))
