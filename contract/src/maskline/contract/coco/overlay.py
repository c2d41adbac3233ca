"""Instances painted over their picture, in the colour of their class."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.categories import CategoryTable
from maskline.contract.coco import rle

FILL = 0.65  # share of the class colour inside an instance; the rest is the picture
OUTLINE_PER_PX = 1 / 700  # outline width per pixel of the longer side, so that it survives being scaled down


def overlay(
    picture: NDArray[np.uint8], annotations: Sequence[Mapping[str, Any]], categories: CategoryTable
) -> NDArray[np.uint8]:
    """Paint every instance: a translucent fill and, just inside its edge, an opaque outline.

    picture: (H, W) grey or (H, W, 3) RGB.  annotations: category_id and segmentation (RLE of H x W).
    Returns (H, W, 3) RGB.  Pixels outside every mask, holes of masks included, stay as they were; small instances lie
    above large ones.  Raises KeyError for a category that the table does not have.
    """
    canvas = np.repeat(picture[:, :, None], 3, axis=2) if picture.ndim == 2 else picture.copy()
    width = max(1, round(max(picture.shape[:2]) * OUTLINE_PER_PX))
    colours = {category.id: _rgb(category.colour) for category in categories.categories}
    for annotation in sorted(annotations, key=lambda a: -rle.area(a["segmentation"])):
        x, y, w, h = rle.bbox(annotation["segmentation"])
        mask = rle.decode(annotation["segmentation"])[y : y + h, x : x + w]
        _paint(canvas[y : y + h, x : x + w], mask, colours[annotation["category_id"]], width)
    return canvas


def _paint(canvas: NDArray[np.uint8], mask: NDArray[np.bool_], colour: NDArray[np.float32], width: int) -> None:
    """Paint one instance in place.  canvas: (h, w, 3); mask: (h, w), touching its own four sides; width: pixels."""
    blended = canvas[mask] * (1 - FILL) + colour * FILL
    canvas[mask] = np.rint(blended).astype(np.uint8)
    inside = mask
    for _ in range(width):
        inside = _eroded(inside)
    canvas[mask & ~inside] = colour.astype(np.uint8)


def _eroded(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the pixels whose four neighbours all belong to the mask; beyond the array nothing does."""
    padded = np.pad(mask, 1)
    inside: NDArray[np.bool_] = mask & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return inside


def _rgb(colour: str) -> NDArray[np.float32]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)
