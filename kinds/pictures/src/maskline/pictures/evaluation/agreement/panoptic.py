"""Panoptic quality.  Kirillov et al., Panoptic segmentation, 2019, section 4."""

from collections.abc import Iterable
from typing import NamedTuple

from maskline.pictures.evaluation.agreement.overlap import IOU, Overlap


class Quality(NamedTuple):
    """One class.

    segmentation: mean IoU of the pairs.  recognition: TP / (TP + FP / 2 + FN / 2).  panoptic: their product, 0 where
    there are no pairs.
    """

    panoptic: float
    segmentation: float | None
    recognition: float


def quality(pictures: Iterable[Overlap]) -> Quality | None:
    """Return the quality of one class over all pictures, pairs having an IoU above .5; None if there is nothing of it.

    Where masks overlap, which the paper forbids, better scores choose first.
    """
    shared, right, both = 0.0, 0, 0
    for picture in pictures:
        matched = picture.matched(picture.iou > IOU)
        shared += float(picture.iou[matched].sum())
        right += len(matched)
        both += picture.count
    if not both:
        return None
    return Quality(2 * shared / both, shared / right if right else None, 2 * right / both)
