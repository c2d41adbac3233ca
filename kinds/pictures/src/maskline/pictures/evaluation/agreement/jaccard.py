"""The aggregated Jaccard index.

Kumar et al., A dataset and a technique for generalized nuclear segmentation for computational pathology, 2017,
algorithm 1.
"""

import numpy as np

from maskline.pictures.evaluation.agreement.overlap import Overlap


def aggregated_jaccard(picture: Overlap) -> float | None:
    """Return the pixels that instances share with their detections over all pixels of both; None if there are none.

    Every instance takes the detection of the highest IoU, which others may take, too; intersections and unions are
    summed, and what no detection touches, or nobody takes, enlarges the union by its area.
    """
    taken = np.zeros(len(picture.detected), bool)
    common, union = 0.0, float(picture.true.sum())
    if picture.iou.size:
        best, columns = picture.iou.argmax(0), np.arange(len(picture.true))
        met = picture.iou[best, columns] > 0
        shared = picture.intersections()[best, columns]
        common, union = float(shared.sum()), union + float((picture.detected[best] - shared)[met].sum())
        taken[best[met]] = True
    union += float(picture.detected[~taken].sum())
    return common / union if union else None
