"""Pictures turned over and around, and what is found in them carried back into the picture as it was."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from maskline.contract.coco import rle
from maskline.pictures.prediction.config import View
from maskline.pictures.prediction.inference import Finder, Found, Pixels


class Symmetry(NamedTuple):
    """One of the square's eight: rows and columns change places, then left and right, then top and bottom, or not."""

    transposed: bool
    flipped_x: bool
    flipped_y: bool


SYMMETRIES: dict[View, Symmetry] = {
    "same": Symmetry(transposed=False, flipped_x=False, flipped_y=False),
    "flip-x": Symmetry(transposed=False, flipped_x=True, flipped_y=False),
    "flip-y": Symmetry(transposed=False, flipped_x=False, flipped_y=True),
    "turn-90": Symmetry(transposed=True, flipped_x=True, flipped_y=False),
    "turn-180": Symmetry(transposed=False, flipped_x=True, flipped_y=True),
    "turn-270": Symmetry(transposed=True, flipped_x=False, flipped_y=True),
    "transpose": Symmetry(transposed=True, flipped_x=False, flipped_y=False),
    "transverse": Symmetry(transposed=True, flipped_x=True, flipped_y=True),
}
"""Turns are clockwise, in degrees; transpose mirrors at the diagonal from top left, transverse at the other one."""

Box = tuple[float, float, float, float]
"""x, y, w, h in pixels, origin top left."""
Array = TypeVar("Array", Pixels, rle.Mask)


def viewed(find: Finder, view: View) -> Finder:
    """Return a finder that sees every picture as `view` says, and tells what it finds in the picture's own pixels."""
    symmetry = SYMMETRIES[view]

    def found(pictures: Sequence[Pixels]) -> list[Found]:
        seen = find([shown(picture, symmetry) for picture in pictures])
        return [Found([carried_back(one, symmetry) for one in each.instances], each.limited) for each in seen]

    return found if any(symmetry) else find


def shown(picture: Pixels, symmetry: Symmetry) -> Pixels:
    """Return a picture, grey (H, W) or RGB (H, W, 3), seen in another way: (W, H) or (W, H, 3) if transposed."""
    return np.ascontiguousarray(_flipped(picture.swapaxes(0, 1) if symmetry.transposed else picture, symmetry))


def carried_back(instance: dict[str, Any], symmetry: Symmetry) -> dict[str, Any]:
    """Return an instance of a picture as it was `shown` as one of the picture itself, pixel by pixel.

    The cost depends on the smallest box around the mask, not on the picture.
    """
    segmentation = instance["segmentation"]
    height, width = segmentation["size"]
    crop, left, top = rle.decode_crop(segmentation)
    x, y, _, _ = _box_back((left, top, crop.shape[1], crop.shape[0]), height, width, symmetry)
    box = _box_back(instance["bbox"], height, width, symmetry)
    crop = _flipped(crop, symmetry)
    if symmetry.transposed:
        crop, height, width = crop.T, width, height
    return instance | {
        "bbox": [round(side, 2) for side in box],
        "segmentation": rle.encode_crop(crop, int(x), int(y), height, width),
    }


def _flipped(array: Array, symmetry: Symmetry) -> Array:
    array = array[:, ::-1] if symmetry.flipped_x else array
    return array[::-1] if symmetry.flipped_y else array


def _box_back(box: Box, height: int, width: int, symmetry: Symmetry) -> Box:
    """Return a box of a picture as it was shown, height x width, as one of the picture itself."""
    x, y, w, h = box
    x = width - x - w if symmetry.flipped_x else x
    y = height - y - h if symmetry.flipped_y else y
    return (y, x, h, w) if symmetry.transposed else (x, y, w, h)
