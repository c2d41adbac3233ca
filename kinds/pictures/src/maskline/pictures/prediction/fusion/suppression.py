"""Of instances of a class that overlap too much, only the best-scored stays: greedy non-maximum suppression."""

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from maskline.pictures.prediction.fusion.ranking import Instance, ranked, ranked_classes

Shape = Literal["bbox", "segmentation"]
AT_ONCE = 256
"""So many instances are compared at once with those that stay, so that memory grows with these alone."""


def suppressed(instances: Iterable[Instance], shape: Shape, iou: float) -> list[Instance]:
    """Return the instances, best first, without those whose IoU with a better one of their class is above `iou`.

    instances: COCO results of one picture.  shape: what overlaps, boxes or masks.
    """
    return ranked(kept for of_class in ranked_classes(instances) for kept in _suppressed(of_class, shape, iou))


def _suppressed(best_first: Sequence[Instance], shape: Shape, iou: float) -> list[Instance]:
    kept: list[Instance] = []
    for start in range(0, len(best_first), AT_ONCE):
        some = best_first[start : start + AT_ONCE]
        met = (overlaps(some, kept, shape) > iou).any(axis=1)
        some = [some[number] for number in np.flatnonzero(~met).tolist()]
        among = overlaps(some, some, shape) > iou
        gone = np.zeros(len(some), dtype=bool)
        for number in range(len(some)):
            if not gone[number]:
                gone[number + 1 :] |= among[number, number + 1 :]
        kept += [some[number] for number in np.flatnonzero(~gone).tolist()]
    return kept


def overlaps(some: Sequence[Instance], others: Sequence[Instance], shape: Shape) -> NDArray[np.float64]:
    """Return the IoU of each with each: (some, others)."""
    if not some or not others:
        return np.zeros((len(some), len(others)))
    shapes = ([instance[shape] for instance in group] for group in (some, others))
    return np.asarray(coco_mask.iou(*shapes, [0] * len(others)), dtype=np.float64)
