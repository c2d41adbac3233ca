"""The masks of one picture as far as they overlap, and which detection goes with which instance.

D: detections   N: true instances   P: pairs of the two that have a pixel in common
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
    """One picture's detections, best score first, beside its true instances; of pairs, those that overlap are kept.

    detection, truth: (P,), the numbers of a pair, in their order.  iou: (P,), of the masks, above 0.
    detected, true: (D,) and (N,), areas in pixels.  detected_class, true_class: (D,) and (N,), category ids.
    """

    detection: NDArray[np.intp]
    truth: NDArray[np.intp]
    iou: NDArray[np.float64]
    detected: NDArray[np.int64]
    true: NDArray[np.int64]
    detected_class: NDArray[np.int64]
    true_class: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Detections and instances together."""
        return len(self.detected) + len(self.true)

    @property
    def same(self) -> NDArray[np.bool_]:
        """(P,): whether the two are of one class."""
        return np.equal(self.detected_class[self.detection], self.true_class[self.truth])

    def of(self, category: int) -> "Overlap":
        """Return what is of one class."""
        return self.only(self.detected_class == category, self.true_class == category)

    def only(self, detected: NDArray[np.bool_], true: NDArray[np.bool_]) -> "Overlap":
        """Return some of the detections, (D,), and some of the instances, (N,)."""
        both = detected[self.detection] & true[self.truth]
        return Overlap(
            (detected.cumsum() - 1)[self.detection[both]],
            (true.cumsum() - 1)[self.truth[both]],
            self.iou[both],
            self.detected[detected],
            self.true[true],
            self.detected_class[detected],
            self.true_class[true],
        )

    def intersections(self) -> NDArray[np.float64]:
        """Return (P,), pixels that two masks share: with areas A and B, IoU (A + B) / (1 + IoU)."""
        return np.rint(self.iou * (self.detected[self.detection] + self.true[self.truth]) / (1 + self.iou))

    def matched(self, allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Match one to one: each detection in turn takes the free instance that it overlaps most.

        allowed: (P,), the pairs that may be.  Returns which of the P are.
        Where masks of a side do not overlap each other and pairs have an IoU above .5, there is only one way to match.
        """
        some = np.flatnonzero(allowed)
        order = some[np.lexsort((-self.iou[some], self.detection[some]))]
        chosen, served, taken = list[int](), set[int](), set[int]()
        numbers = zip(order.tolist(), self.detection[order].tolist(), self.truth[order].tolist(), strict=True)
        for pair, detection, truth in numbers:
            if detection not in served and truth not in taken:
                chosen.append(pair)
                served.add(detection)
                taken.add(truth)
        return np.array(chosen, np.intp)


def overlap(ranked: Sequence[Annotation], truths: Sequence[Annotation]) -> Overlap:
    """Compare detections, best score first, with the instances of a picture, none of them a crowd."""
    every = iou(ranked, truths)
    detection, truth = np.nonzero(every)
    detected, true = (np.array([_area(entry) for entry in side], np.int64) for side in (ranked, truths))
    classes = (np.array([entry["category_id"] for entry in side], np.int64) for side in (ranked, truths))
    return Overlap(detection, truth, every[detection, truth], detected, true, *classes)


def _area(entry: Annotation) -> int:
    return int(coco_mask.area(dict(entry["segmentation"])))


def iou(detections: Sequence[Annotation], truths: Sequence[Annotation]) -> NDArray[np.float64]:
    """Return (D, N) mask IoU; against a crowd, the share of the detection that lies on it."""
    if not detections or not truths:
        return np.zeros((len(detections), len(truths)))
    masks = [[dict(annotation["segmentation"]) for annotation in side] for side in (detections, truths)]
    found = coco_mask.iou(masks[0], masks[1], [int(bool(truth.get("iscrowd"))) for truth in truths])
    return np.asarray(found, dtype=np.float64)
