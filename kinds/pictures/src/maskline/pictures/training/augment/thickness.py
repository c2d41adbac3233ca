"""Strokes drawn a pixel thicker or thinner, and the masks with their ink.

Thicker: every pixel takes the strongest ink of itself, its left and its upper neighbour and the one between them; so
does every mask. Thinner: the weakest of itself, its right and its lower neighbour and the one between them. Where
strokes meet, masks end at each other and not in paper, so a mask loses the pixels at which all masks together end.
"""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops

MOST_LOST = 0.5
"""Share of its pixels that an instance may lose; a picture in which one would lose more keeps its strokes."""
MOST_FILLED = 0.1
"""Share of its pixels that an instance may gain in gaps of its own: with more the dashes of a hashed wedge would join,
or the lines of a double bond, and a picture in which they would keeps its strokes."""
Plane = NDArray[np.uint8]


def thicker(image: TrainingImage) -> TrainingImage:
    """Return the picture with all its strokes a pixel thicker, or as it is if an instance would lose its gaps."""
    if any(_gaps_filled(piece) > MOST_FILLED * np.count_nonzero(piece) for piece in image.masks.pieces()):
        return image
    pixels = _over_window(image.pixels.numpy(), np.minimum if _ink_is_dark(image) else np.maximum, before=True)
    height, width = image.masks.size
    pieces, corners = [], []
    for piece, (x0, y0, x1, y1) in zip(image.masks.pieces(), image.masks.boxes.tolist(), strict=True):
        room = (0, min(1, height - y1)), (0, min(1, width - x1))
        pieces.append(_over_window(np.pad(piece, room), np.maximum, before=True) if piece.size else piece)
        corners.append((x0, y0))
    limits = image.boxes.new_tensor([width, height])
    boxes = torch.cat([image.boxes[:, :2], (image.boxes[:, 2:] + 1).minimum(limits)], 1)
    masks = Crops.of_pieces(pieces, corners, image.masks.size)
    return TrainingImage(torch.from_numpy(pixels), boxes, image.classes, masks)


def thinner(image: TrainingImage) -> TrainingImage:
    """Return the picture with its strokes a pixel thinner, or as it is if an instance would lose too much."""
    left = _over_window(image.masks.union(), np.minimum, before=False)
    masks = image.masks.within(left)
    if (masks.areas() < image.masks.areas() * MOST_LOST).any() or not image.masks.areas().all():
        return image
    pixels = _over_window(image.pixels.numpy(), np.maximum if _ink_is_dark(image) else np.minimum, before=False)
    return replace(image, pixels=torch.from_numpy(pixels), boxes=masks.outlines(), masks=masks)


def _gaps_filled(piece: Plane) -> int:
    """Return how many pixels stay filled when a mask is made thicker and thinner again."""
    room = np.pad(piece, 2)
    closed = _over_window(_over_window(room, np.maximum, before=True), np.minimum, before=False)
    return int(np.count_nonzero(closed > room))


def _ink_is_dark(image: TrainingImage) -> bool:
    """Say whether what is labelled is darker than the paper, which covers more than half of any drawing."""
    grey = image.pixels.numpy().mean(0)
    inked = image.masks.union() > 0
    return not inked.any() or bool(grey[inked].mean() <= np.median(grey))


def _over_window(planes: Plane, choose: np.ufunc, *, before: bool) -> Plane:
    """Return for every pixel what `choose` makes of two by two: of those before it and itself, or it and those after.

    Beyond the sides everything goes on as it is there.
    """
    for axis in (-1, -2):
        last = planes.shape[axis] - 1
        one, other = (np.take(planes, range(*ends), axis) for ends in ((0, last), (1, last + 1)))
        edge = np.take(planes, [0 if before else last], axis)
        chosen = choose(one, other)
        planes = np.concatenate([edge, chosen] if before else [chosen, edge], axis)
    return planes
