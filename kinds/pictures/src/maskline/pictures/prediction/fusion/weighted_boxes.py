"""Weighted boxes fusion: boxes that several sights of a picture agree on become their mean, and so do their masks.

Solovyev, Wang, Gabruseva: Weighted boxes fusion: Ensembling boxes from different object detection models, 2021.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.pictures.prediction.fusion.ranking import Instance, ranked, ranked_classes

INSIDE = 0.5
"""Share of the scores of what is put together from which on a pixel belongs to the mask."""


def weighted_boxes(sights: Sequence[Sequence[Instance]], iou: float) -> list[Instance]:
    """Return what is in a picture that was seen several times, best first.

    sights: what each found, as COCO results.  iou: instances of a class whose boxes overlap by more are put together.
    Their box is the mean, weighted by scores, and their mask has the pixels that half of the scores or more are for.
    The score is their mean times the share of the sights that they make up, at most 1: what one of two sights found has
    half its score.
    """
    groups = chain.from_iterable(_groups(of_class, iou) for of_class in ranked_classes(chain.from_iterable(sights)))
    return ranked(_fused(members, box, len(sights)) for members, box in groups)


def _groups(best_first: Sequence[Instance], iou: float) -> list[tuple[list[Instance], NDArray[np.float64]]]:
    """Return the instances that are put together, and the mean box of each group, [x, y, w, h].

    One after another, best first, joins the group whose mean so far it overlaps most, or else begins one.
    """
    means, weights = np.zeros((len(best_first), 4)), np.zeros(len(best_first))
    groups: list[list[Instance]] = []
    for instance in best_first:
        box, count = np.array(instance["bbox"], dtype=np.float64), len(groups)
        overlaps = np.asarray(coco_mask.iou(box[None], means[:count], [0] * count)).ravel() if count else np.zeros(1)
        place = int(overlaps.argmax())
        if not overlaps[place] > iou:
            place, means[count] = count, box
            groups.append([])
        groups[place].append(instance)
        weights[place] += instance["score"]
        means[place] += (box - means[place]) * (instance["score"] / weights[place] if weights[place] else 0)
    return list(zip(groups, means, strict=False))


def _fused(members: Sequence[Instance], box: NDArray[np.float64], sights: int) -> Instance:
    """Return one instance for several of a class, best first.  box: their mean."""
    mean = sum(member["score"] for member in members) / len(members)
    return members[0] | {
        "score": round(mean * min(len(members), sights) / sights, 6),
        "bbox": [round(float(side), 2) for side in box],
        "segmentation": _mean_mask(members),
    }


def _mean_mask(members: Sequence[Instance]) -> rle.RLE:
    """Return the mean of masks, weighted by scores; the best one's where no pixel has half of them."""
    best: rle.RLE = members[0]["segmentation"]
    if len(members) == 1 or not members[0]["score"]:
        return best
    crops = [rle.decode_crop(member["segmentation"]) for member in members]
    left, top = min(x for _, x, _ in crops), min(y for _, _, y in crops)
    right = max(x + crop.shape[1] for crop, x, _ in crops)
    bottom = max(y + crop.shape[0] for crop, _, y in crops)
    shares = np.zeros((bottom - top, right - left))
    for member, (crop, x, y) in zip(members, crops, strict=True):
        shares[y - top : y - top + crop.shape[0], x - left : x - left + crop.shape[1]] += member["score"] * crop
    inside = shares >= INSIDE * sum(member["score"] for member in members)
    height, width = best["size"]
    return rle.encode_crop(inside, left, top, height, width) if inside.any() else best
