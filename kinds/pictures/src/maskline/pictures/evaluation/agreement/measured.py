"""All measures of agreement together, of one class and of all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from maskline.pictures.evaluation.agreement import kaggle
from maskline.pictures.evaluation.agreement.counting import count_error
from maskline.pictures.evaluation.agreement.jaccard import aggregated_jaccard
from maskline.pictures.evaluation.agreement.overlap import IOU, Overlap
from maskline.pictures.evaluation.agreement.panoptic import quality

Figures = Mapping[str, Any]


def of_class(pictures: Sequence[Overlap], category: int) -> Figures:
    """Return the figures of one class, by the names that `Agreement` gives them."""
    within = [picture.of(category) for picture in pictures]
    found = quality(within)
    return {
        **_met(within),
        **_regardless(within),
        "panoptic_quality": found and found.panoptic,
        "segmentation_quality": found and found.segmentation,
        "recognition_quality": found and found.recognition,
    }


def of_all(pictures: Sequence[Overlap], per_class: Iterable[Figures]) -> Figures:
    """Return the figures over all classes.

    A pair is of one class in precision, recall, F1 and IoU, which are of all instances together, and in panoptic
    quality, which is the mean of the classes'. The others ask for no class, as contests with one class do.
    """
    every = list(per_class)
    qualities = ("panoptic_quality", "segmentation_quality", "recognition_quality")
    means = {name: mean(figures[name] for figures in every) for name in qualities}
    return {**_met(pictures), **_regardless(pictures), **means}


def of_picture(picture: Overlap) -> Figures:
    """Return what is told of one picture."""
    return {
        "kaggle_map": kaggle.precision(picture),
        "aggregated_jaccard": aggregated_jaccard(picture),
        "mean_iou": _met([picture])["mean_iou"],
    }


def mean(values: Iterable[float | None]) -> float | None:
    """Average what there is; None if there is nothing."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _met(pictures: Sequence[Overlap]) -> Figures:
    matched = [picture.iou[picture.matched(picture.same & (picture.iou >= IOU))] for picture in pictures]
    right = sum(map(len, matched))
    found, true = (sum(map(len, side)) for side in zip(*((of.detected, of.true) for of in pictures), strict=True))
    return {
        "precision": right / found if found else None,
        "recall": right / true if true else None,
        "f1": 2 * right / (found + true) if found + true else None,
        "mean_iou": float(np.concatenate(matched).mean()) if right else None,
    }


def _regardless(pictures: Sequence[Overlap]) -> Figures:
    absolute, signed, relative = count_error(pictures)
    measures: Mapping[str, Callable[[Overlap], float | None]] = {
        "kaggle_map": kaggle.precision,
        "aggregated_jaccard": aggregated_jaccard,
    }
    means = {name: mean(map(measure, pictures)) for name, measure in measures.items()}
    return {**means, "count_error": absolute, "count_bias": signed, "count_error_share": relative}
