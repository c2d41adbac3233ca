"""Figures of some of the instances: those that cross, those with a hole.

N: true instances of one picture
"""

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.contract.coco.average_precision import ClassPrecision, average_precision
from maskline.molecules.scoring.matching import IOU, Annotation, Compared

COLUMNS = ["AP", "AP50", "AP75", "recall", "truths"]
CAPTION = (
    "AP is COCO's mask AP of all in a row in one curve, over the results that overlap one of them more than any other "
    f"instance; a result of another class finds none. Recall is at IoU {IOU:g}, of results of any score."
)
EVERY = 1000
"""Results of a picture that count: all that a model gives."""
Selection = Sequence[NDArray[np.bool_]]
"""(N,) for every picture: which of its instances are meant."""
Pair = tuple[Annotation, Annotation]


def figures(pictures: Sequence[Compared], chosen: Selection) -> dict[str, float | int | None]:
    """Return what COLUMNS names."""
    precision = _precision(pictures, chosen)
    return {
        "AP": precision.ap,
        "AP50": precision.ap50,
        "AP75": precision.ap75,
        "recall": len(pairs(pictures, chosen)) / precision.truths if precision.truths else None,
        "truths": precision.truths,
    }


def pairs(pictures: Sequence[Compared], chosen: Selection) -> list[Pair]:
    """Return the chosen instances that were found, each with the result that found it."""
    return [
        (truth, by)
        for picture, some in zip(pictures, chosen, strict=True)
        for truth, by in compress(zip(picture.truths, picture.found, strict=True), some)
        if by is not None
    ]


def _precision(pictures: Sequence[Compared], chosen: Selection) -> ClassPrecision:
    """Score as if each class of a picture were a picture of its own, with one class for all."""
    together = list(zip(pictures, chosen, strict=True))
    truths = [entry for picture, some in together for entry in compress(picture.truths, some)]
    results = [entry for picture, some in together for entry in picture.about(some)]
    sizes = {(entry["image_id"], entry["category_id"]): entry["segmentation"]["size"] for entry in (*truths, *results)}
    ids = {place: number for number, place in enumerate(sizes, 1)}
    document = {
        "images": [{"id": ids[place], "height": height, "width": width} for place, (height, width) in sizes.items()],
        "annotations": [_annotation(number, entry, ids) for number, entry in enumerate(truths, 1)],
        "categories": [{"id": 1, "name": "any"}],
    }
    alike = [_alike(entry, ids) | {"score": entry["score"]} for entry in results]
    return average_precision(document, alike, "segm", EVERY).per_class["any"]


def _alike(entry: Annotation, ids: Mapping[tuple[int, int], int]) -> dict[str, Any]:
    place = ids[entry["image_id"], entry["category_id"]]
    return {"image_id": place, "category_id": 1, "segmentation": entry["segmentation"]}


def _annotation(number: int, entry: Annotation, ids: Mapping[tuple[int, int], int]) -> dict[str, Any]:
    mask = entry["segmentation"]
    return _alike(entry, ids) | {"id": number, "iscrowd": 0, "area": rle.area(mask), "bbox": rle.bbox(mask)}
