"""What a picture's instances must be like beyond what a network finds: of one class, apart."""

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

import numpy as np

from maskline.contract.coco import rle

Instance = dict[str, Any]


def of_one_class(sights: Sequence[Sequence[Instance]]) -> list[list[Instance]]:
    """Return all instances of a picture under one class: the one whose scores sum up to most.

    sights: what was found each time that the picture was seen; all count together.  So a sure instance says more than
    a few unsure ones; of equal sums the smallest category id wins.
    """
    scores: dict[int, list[float]] = {}
    for instance in (instance for sight in sights for instance in sight):
        scores.setdefault(instance["category_id"], []).append(instance["score"])
    common = min(scores, key=lambda category: (-fsum(scores[category]), category), default=0)
    return [[instance | {"category_id": common} for instance in sight] for sight in sights]


def apart(instances: Sequence[Instance], smallest: Mapping[int, int]) -> list[Instance]:
    """Return instances of which no two share a pixel: each keeps what no better one has, best first.

    smallest: category id -> pixels; what keeps fewer, or none, is left out, and its pixels go to those after it.
    The box of what lost pixels is the smallest around the rest.
    """
    if not instances:
        return []
    taken = np.zeros(instances[0]["segmentation"]["size"], dtype=bool)
    kept = []
    for instance in instances:
        crop, x, y = rle.decode_crop(instance["segmentation"])
        there = taken[y : y + crop.shape[0], x : x + crop.shape[1]]
        free = crop & ~there
        if np.count_nonzero(free) < smallest.get(instance["category_id"], 1):
            continue
        there |= free
        kept.append(instance if np.array_equal(free, crop) else instance | _drawn(free, x, y, taken.shape))
    return kept


def _drawn(crop: rle.Mask, x: int, y: int, size: tuple[int, ...]) -> Instance:
    """Return box and mask of an instance.  crop: what it has of the picture, of `size`, from pixel (x, y) on."""
    segmentation = rle.encode_crop(crop, x, y, size[0], size[1])
    return {"bbox": [float(side) for side in rle.bbox(segmentation)], "segmentation": segmentation}
