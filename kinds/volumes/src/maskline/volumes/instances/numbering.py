"""Numbers of instances that do not depend on the order in which they were found."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.instances.foreground import slabs
from maskline.volumes.voxels import Box


def in_order(found: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return what numbers labels from 1 in the order of their first places, and these places.

    found: (N,), 0 for none.  Returns (greatest label + 1,) new numbers, 0 for none and for labels that are not there;
    and (labels there,) indices, rising.
    """
    first = np.full(int(found.max(initial=0)) + 1, len(found))
    # Backwards, so that of a label's places the first is the one that stays.
    first[found[::-1]] = np.arange(len(found) - 1, -1, -1)
    first[0] = len(found)
    order = np.argsort(first, kind="stable")[: int((first < len(found)).sum())]
    numbers = np.zeros(len(first), dtype=np.int32)
    numbers[order] = np.arange(1, len(order) + 1)
    return numbers, first[order]


class Numbering:
    """The labels of a volume while its parts, above 0 there, become instances, below 0 till all have."""

    def __init__(self, labels: NDArray[np.int32]) -> None:
        """Take (z, y, x) parts, which are overwritten."""
        self._labels = labels
        self._count = 0
        self._first: list[NDArray[np.int64]] = []

    def take(self, part: int, box: Box, instances: NDArray[np.integer[Any]]) -> None:
        """Put instances, (z, y, x), in the place of a part, in its box; 0 is none."""
        region = self._labels[box.slices] == part
        found = instances[region]
        numbers, first = in_order(found)
        numbers[numbers > 0] += self._count
        self._labels[box.slices][region] = -numbers[found]
        within = np.unravel_index(np.flatnonzero(region)[first], region.shape)
        places = tuple(at + start for at, start in zip(within, box.start, strict=True))
        self._first.append(np.ravel_multi_index(places, self._labels.shape))
        self._count += len(first)

    def finish(self) -> NDArray[np.int32]:
        """Return the labels, counted from 1 in the order of the instances' first voxels along z, y, x."""
        numbers = np.zeros(self._count + 1, dtype=np.int32)
        if self._count:
            numbers[1 + np.argsort(np.concatenate(self._first))] = np.arange(1, self._count + 1)
        for box in slabs(self._labels.shape):
            self._labels[box.slices] = numbers[-self._labels[box.slices]]
        return self._labels
