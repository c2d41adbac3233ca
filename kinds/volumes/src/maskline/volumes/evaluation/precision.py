"""Average precision of instances of which none share a voxel."""

import numpy as np
from numpy.typing import NDArray

IOU = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""An instance is found where it overlaps its label by more than this, as a share of both together."""
RECALLS = np.linspace(0, 1, 101)


def average_precision(right: NDArray[np.bool_], labelled: int) -> float:
    """Return COCO's average precision: the mean over 101 recalls of the best precision there or beyond.

    right: what was found, best first, whether it is.  labelled: how many there are to be found.
    """
    hits = right.cumsum()
    recall, precision = hits / labelled, hits / np.arange(1, len(hits) + 1)
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0)
    return float(best[np.searchsorted(recall, RECALLS)].mean())
