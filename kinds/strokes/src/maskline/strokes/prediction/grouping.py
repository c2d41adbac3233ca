"""Strokes that belong together, from how likely every two of them do."""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster import hierarchy

LIKELY = 0.5


def groups(same: NDArray[np.float64], likely: float = LIKELY) -> list[list[int]]:
    """Return groups of strokes, each in ascending order, in the order of their first strokes.

    same: (N, N) symmetric, the probability that two strokes belong together.  likely: the mean probability between two
    groups from which on they are one (average linkage: Sokal and Michener 1958).
    """
    count = len(same)
    if count == 1:
        return [[0]]
    if count == 2:
        return [[0, 1]] if same[0, 1] >= likely else [[0], [1]]
    together = same >= likely
    np.fill_diagonal(together, val=True)
    if together.all():
        return [list(range(count))]
    if together.sum() == count:
        return [[number] for number in range(count)]
    pairs = same[np.triu_indices(count, 1)]
    tree = hierarchy.linkage(1 - pairs, "average")
    label = hierarchy.fcluster(tree, 1 - likely, "distance")
    found: dict[int, list[int]] = {}
    for number, own in enumerate(label.tolist()):
        found.setdefault(own, []).append(number)
    return list(found.values())
