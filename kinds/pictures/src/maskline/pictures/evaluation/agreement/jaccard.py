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
    order = np.lexsort((-picture.iou, picture.truth))
    best = order[np.unique(picture.truth[order], return_index=True)[1]]  # of every instance that is touched
    common = float(picture.intersections()[best].sum())
    taken = picture.detection[best]
    nobodys = np.delete(picture.detected, taken)
    union = float(picture.true.sum() + picture.detected[taken].sum() + nobodys.sum()) - common
    return common / union if union else None
