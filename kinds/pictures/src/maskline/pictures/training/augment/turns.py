"""Pictures turned over and around, and their labels with them."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.training.augment.config import Turn

ROTATIONS: tuple[tuple[Turn, ...], ...] = ((), ("transpose", "flip-x"), ("flip-x", "flip-y"), ("transpose", "flip-y"))
"""How pictures are turned by 0, 90, 180 and 270 degrees clockwise."""


def turned(image: TrainingImage, turns: Sequence[Turn], rng: np.random.Generator) -> TrainingImage:
    """Apply each turn with probability one half, rotate by one of its angles; only a square picture is transposed."""
    for turn in turns:
        chance = rng.random()
        if turn == "rotate":
            for part in ROTATIONS[int(len(ROTATIONS) * chance)]:
                image = _turn(image, part)
        elif chance < 0.5 and (turn != "transpose" or image.pixels.shape[1] == image.pixels.shape[2]):
            image = _turn(image, turn)
    return image


def _turn(image: TrainingImage, turn: Turn) -> TrainingImage:
    height, width = image.pixels.shape[1:]
    left, top, right, bottom = image.boxes.unbind(1)
    pixels, masks = image.pixels, image.masks
    if turn == "flip-x":
        return _moved(image, pixels.flip(2), masks.flipped_x(), (width - right, top, width - left, bottom))
    if turn == "flip-y":
        return _moved(image, pixels.flip(1), masks.flipped_y(), (left, height - bottom, right, height - top))
    return _moved(image, pixels.transpose(1, 2), masks.transposed(), (top, left, bottom, right))


def _moved(image: TrainingImage, pixels: Tensor, masks: Crops, sides: tuple[Tensor, ...]) -> TrainingImage:
    return TrainingImage(pixels.contiguous(), torch.stack(sides, 1), image.classes, masks)
