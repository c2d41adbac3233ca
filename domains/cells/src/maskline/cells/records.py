"""COCO records of one picture of cells."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from maskline.cells.breaking import broken
from maskline.cells.categories import table
from maskline.cells.crowd import Mask, Placed
from maskline.cells.microscope.exposure import Exposure
from maskline.cells.options import DrawingOptions
from maskline.cells.scene import Scene
from maskline.contract.coco import rle
from maskline.contract.drawing.ranges import happens
from maskline.contract.shard import annotation_id, image_id


def image_record(index: int, file_name: str, scene: Scene, exposure: Exposure) -> dict[str, Any]:
    """Describe the picture and its microscope; no two pictures are related, so each is a group of its own."""
    height, width = scene.specimen.shape
    return {
        "id": image_id(index),
        "file_name": file_name,
        "width": width,
        "height": height,
        "group": file_name.partition(".")[0],
        "microscope": asdict(exposure),
        "left_out": scene.left_out,
    }


def annotation_records(
    index: int, scene: Scene, options: DrawingOptions, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Describe every cell; a broken mask tells how it was broken, and keeps the true one.

    broken: "hole", "fragment" or "double", of which a cell has two records.  true_segmentation: RLE.
    """
    classes, size = table(options.classes), scene.specimen.shape
    records: list[dict[str, Any]] = []
    for cell in scene.cells:
        family = cell.shape.family.name
        own = {"image_id": image_id(index), "category_id": classes.id_of(options.category(family)), "family": family}
        for told in _told(cell, size, options.broken, rng):
            records.append({"id": annotation_id(index, len(records)), "iscrowd": 0} | own | told)
    return records


def _told(cell: Placed, size: tuple[int, ...], share: float, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield what the records of one cell say of its masks."""
    if not happens(share, rng):
        yield _measured(cell.mask, cell, size)
        return
    how, masks = broken(cell.mask, rng)
    true = _encoded(cell.mask, cell, size)
    for mask in masks:
        yield _measured(mask, cell, size) | {"broken": how, "true_segmentation": true}


def _measured(mask: Mask, cell: Placed, size: tuple[int, ...]) -> dict[str, Any]:
    ys, xs = np.flatnonzero(mask.any(axis=1)).tolist(), np.flatnonzero(mask.any(axis=0)).tolist()
    return {
        "bbox": [cell.x + xs[0], cell.y + ys[0], xs[-1] + 1 - xs[0], ys[-1] + 1 - ys[0]],
        "area": int(mask.sum()),
        "segmentation": _encoded(mask, cell, size),
    }


def _encoded(mask: Mask, cell: Placed, size: tuple[int, ...]) -> rle.RLE:
    return rle.encode_crop(mask, cell.x, cell.y, size[0], size[1])
