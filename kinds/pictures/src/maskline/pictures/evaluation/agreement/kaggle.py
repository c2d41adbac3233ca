"""The measure of Kaggle's contests on nuclei (Data Science Bowl 2018) and cells (Sartorius 2021)."""

import numpy as np

from maskline.pictures.evaluation.agreement.overlap import Overlap

THRESHOLDS = np.arange(10, 20) / 20  # .50, .55 ... .95, each the nearest number to it, so that equal IoUs are equal


def precision(picture: Overlap) -> float | None:
    """Return the mean over IoU thresholds of TP / (TP + FP + FN) in one picture; None if there is nothing in it.

    A pair is right where its IoU is more than the threshold, whatever the classes: who asks within a class hands in
    what is of it. The contests forbid masks that overlap; where they do, better scores choose first.
    """
    if not picture.count:
        return None
    right = [len(picture.matched(picture.iou > threshold)) for threshold in THRESHOLDS]
    return float(np.mean([each / (picture.count - each) for each in right]))
