"""The results of one class beside the truth, best score first: which of them meet an instance, and which nothing.

N: results   T: IoUs from which on a result meets an instance   P: pictures   D, G: results, instances of one picture
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

Annotation = Mapping[str, Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Some results of one class, best score first.

    score: (N,).  picture: (N,), its place among P.  hit: (N, T), whether it meets an instance that no better one met.
    false: (N, T), whether it meets none; what lies on a crowd by as much is neither.
    truths: (P,), instances of each picture.
    """

    score: NDArray[np.float64]
    picture: NDArray[np.intp]
    hit: Flags
    false: Flags
    truths: NDArray[np.int64]

    def best(self, count: int) -> "Ranking":
        """Return the first so many results."""
        return Ranking(self.score[:count], self.picture[:count], self.hit[:count], self.false[:count], self.truths)

    def within(self, pictures: Flags) -> "Ranking":
        """Return what is in some pictures, (P,); the others count as empty."""
        kept = pictures[self.picture]
        return Ranking(
            self.score[kept], self.picture[kept], self.hit[kept], self.false[kept], np.where(pictures, self.truths, 0)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """The results of one class in one picture, best score first.

    score, area: (D,), area in pixels.  iou: (D, G), of the masks.  crowd: (D,), the largest share on one crowd.
    """

    score: NDArray[np.float64]
    area: NDArray[np.int64]
    iou: NDArray[np.float64]
    crowd: NDArray[np.float64]


def overlap(results: Sequence[Annotation], truths: Sequence[Annotation]) -> Overlap:
    """Compare the results of one class in one picture with its instances, crowds among them."""
    ranked = sorted(results, key=lambda result: -result["score"])
    masks = [dict(result["segmentation"]) for result in ranked]
    sides = [[truth for truth in truths if bool(truth.get("iscrowd")) is crowd] for crowd in (False, True)]
    iou, on_crowds = (_iou(masks, side, crowd=crowd) for side, crowd in zip(sides, (False, True), strict=True))
    return Overlap(
        score=np.array([result["score"] for result in ranked], np.float64),
        area=np.array([int(coco_mask.area(mask)) for mask in masks], np.int64),
        iou=iou,
        crowd=on_crowds.max(axis=1, initial=0.0),
    )


def _iou(masks: Sequence[dict[str, Any]], truths: Sequence[Annotation], *, crowd: bool) -> NDArray[np.float64]:
    if not masks or not truths:
        return np.zeros((len(masks), len(truths)))
    others = [dict(truth["segmentation"]) for truth in truths]
    return np.asarray(coco_mask.iou([*masks], others, [int(crowd)] * len(others)), dtype=np.float64)


def rank(pictures: Sequence[Overlap], least_pixels: int, ious: NDArray[np.float64]) -> Ranking:
    """Match the results of at least that area, picture by picture, and put them all in one order.

    ious: (T,), ascending.  Each result in turn takes the free instance that it overlaps most, if by at least that IoU.
    """
    kept = [picture.area >= least_pixels for picture in pictures]
    hits = [_match(picture.iou[large], ious) for picture, large in zip(pictures, kept, strict=True)]
    crowd = np.concatenate([picture.crowd[large] for picture, large in zip(pictures, kept, strict=True)])
    score = np.concatenate([picture.score[large] for picture, large in zip(pictures, kept, strict=True)])
    order, hit = np.argsort(-score, kind="stable"), np.concatenate(hits)
    return Ranking(
        score=score[order],
        picture=np.repeat(np.arange(len(pictures)), [len(found) for found in hits])[order],
        hit=hit[order],
        false=(~hit & (crowd[:, None] < ious))[order],
        truths=np.array([picture.iou.shape[1] for picture in pictures], np.int64),
    )


def _match(iou: NDArray[np.float64], ious: NDArray[np.float64]) -> Flags:
    """iou: (D, G), best score first.  Returns (D, T)."""
    hit = np.zeros((len(iou), len(ious)), bool)
    free = np.ones((len(ious), iou.shape[1]), bool)
    for number in np.flatnonzero(iou.max(axis=1, initial=0.0) >= ious[0]):
        met = np.where(free & (iou[number] >= ious[:, None]), iou[number], -1.0)
        best = met.argmax(axis=1)
        (at,) = np.nonzero(met[np.arange(len(ious)), best] >= 0)
        hit[number, at] = True
        free[at, best[at]] = False
    return hit
