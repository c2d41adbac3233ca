"""The measure of Kaggle's contests on nuclei (Data Science Bowl 2018) and cells (Sartorius 2021).

T: IoUs that a pair must exceed
"""

import numpy as np
from numpy.typing import NDArray

from maskline.pictures.evaluation.agreement.overlap import Overlap

THRESHOLDS = np.arange(10, 20) / 20  # .50, .55 ... .95, each the nearest number to it, so that equal IoUs are equal


def precision(picture: Overlap) -> float | None:
    """Return the mean over IoU thresholds of TP / (TP + FP + FN) in one picture; None if there is nothing in it.

    A pair is right where its IoU is more than the threshold, whatever the classes: who asks within a class hands in
    what is of it. The contests forbid masks that overlap; where they do, better scores choose first.
    """
    if not picture.count:
        return None
    right = np.array([len(picture.matched(picture.iou > threshold)) for threshold in THRESHOLDS])
    return float(shares(right, picture.count - right))


def shares(right: NDArray[np.number], every: NDArray[np.number]) -> NDArray[np.float64]:
    """Return the mean over thresholds of TP / (TP + FP + FN), 0 where there is nothing.

    right, every: (..., T), TP and TP + FP + FN.  Returns (...).
    """
    return np.asarray((right / np.maximum(every, 1)).mean(axis=-1))
