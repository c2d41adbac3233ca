"""The masks of one picture as far as they overlap, and which detection goes with which instance.

D: detections   N: true instances   P: pairs
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

IOU = 0.5  # a detection and an instance meet from here on, as in AP50
Annotation = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """One picture's detections, best score first, beside its true instances.

    iou: (D, N), of the masks.  detected, true: (D,) and (N,), areas in pixels.
    detected_class, true_class: (D,) and (N,), category ids.
    """

    iou: NDArray[np.float64]
    detected: NDArray[np.int64]
    true: NDArray[np.int64]
    detected_class: NDArray[np.int64]
    true_class: NDArray[np.int64]

    @property
    def same(self) -> NDArray[np.bool_]:
        """(D, N): whether the two are of one class."""
        return np.equal.outer(self.detected_class, self.true_class)

    def of(self, category: int) -> "Overlap":
        """Return what is of one class."""
        return self.only(self.detected_class == category, self.true_class == category)

    def only(self, detected: NDArray[np.bool_], true: NDArray[np.bool_]) -> "Overlap":
        """Return some of the detections, (D,), and some of the instances, (N,)."""
        return Overlap(
            self.iou[detected][:, true],
            self.detected[detected],
            self.true[true],
            self.detected_class[detected],
            self.true_class[true],
        )

    def intersections(self) -> NDArray[np.float64]:
        """Return (D, N), pixels that two masks share: with areas A and B, IoU (A + B) / (1 + IoU)."""
        return np.rint(self.iou * (self.detected[:, None] + self.true) / (1 + self.iou))


def overlap(ranked: Sequence[Annotation], truths: Sequence[Annotation]) -> Overlap:
    """Compare detections, best score first, with the instances of a picture, none of them a crowd."""
    detected, true = (np.array([_area(entry) for entry in side], np.int64) for side in (ranked, truths))
    classes = (np.array([entry["category_id"] for entry in side], np.int64) for side in (ranked, truths))
    return Overlap(iou(ranked, truths), detected, true, *classes)


def _area(entry: Annotation) -> int:
    return int(coco_mask.area(dict(entry["segmentation"])))


def iou(detections: Sequence[Annotation], truths: Sequence[Annotation]) -> NDArray[np.float64]:
    """Return (D, N) mask IoU; against a crowd, the share of the detection that lies on it."""
    if not detections or not truths:
        return np.zeros((len(detections), len(truths)))
    masks = [[dict(annotation["segmentation"]) for annotation in side] for side in (detections, truths)]
    found = coco_mask.iou(masks[0], masks[1], [int(bool(truth.get("iscrowd"))) for truth in truths])
    return np.asarray(found, dtype=np.float64)


def pairs(iou: NDArray[np.float64], allowed: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Match one to one: each detection in turn takes the free instance that it overlaps most.

    iou, allowed: (D, N), best score first; a pair that is not allowed is none.  Returns the detections and the
    instances of the pairs, (P,) each.
    Where masks of a side do not overlap each other and pairs have an IoU above .5, there is only one way to match.
    """
    detections, truths = np.nonzero(allowed)
    order = np.lexsort((-iou[detections, truths], detections))
    taken: dict[int, int] = {}  # instance -> detection
    served: set[int] = set()
    for detection, truth in zip(detections[order].tolist(), truths[order].tolist(), strict=True):
        if detection not in served and truth not in taken:
            served.add(detection)
            taken[truth] = detection
    return np.array(list(taken.values()), np.intp), np.array(list(taken), np.intp)
