"""How many voxels instances that are there and instances that were found share, counted brick by brick.

P: pairs that share a voxel   T: instances that are there   R: instances that were found
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.voxels import Shape

Counts = NDArray[np.int64]
Labels = NDArray[np.integer[Any]]
SHIFT = np.uint64(32)


class Part(NamedTuple):
    """A brick of a volume: where it begins, both labels (z, y, x), 0 for none, and where anything counts."""

    start: Shape
    truth: Labels
    found: Labels
    counts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Contingency:
    """What counts of one volume.

    truths, results: numbers of instances, ascending, (T,) and (R,).  pairs: places in both, (P, 2), -1 for nothing.
    voxels: that a pair shares, (P,).  truth_voxels, result_voxels: of each, (T,) and (R,).
    centres: of the truths, z, y, x, (T, 3), voxels.
    """

    truths: Counts
    results: Counts
    pairs: Counts
    voxels: Counts
    truth_voxels: Counts
    result_voxels: Counts
    centres: NDArray[np.float64]

    def overlaps(self) -> NDArray[np.float64]:
        """Return what each pair shares as a share of both together, (P,); 0 for pairs with nothing."""
        both = (self.pairs >= 0).all(1)
        there, found = self.pairs[both].T
        shared = self.voxels[both]
        iou = np.zeros(len(self.pairs))
        iou[both] = shared / (self.truth_voxels[there] + self.result_voxels[found] - shared)
        return iou


def contingency(parts: Iterable[Part]) -> Contingency:
    """Count the voxels of a volume's parts, of which one at a time is in memory."""
    keys, voxels, centres = list[NDArray[np.uint64]](), list[Counts](), list[NDArray[np.float64]]()
    for part in parts:
        there = part.truth[part.counts].astype(np.uint64)
        own, inverse, count = np.unique(
            there << SHIFT | part.found[part.counts].astype(np.uint64), return_inverse=True, return_counts=True
        )
        places = np.argwhere(part.counts) + part.start
        sums = [np.bincount(inverse, places[:, axis].astype(np.float64), len(own)) for axis in range(3)]
        keys.append(own)
        voxels.append(count.astype(np.int64))
        centres.append(np.stack(sums, 1))
    return _together(np.concatenate(keys), np.concatenate(voxels), np.concatenate(centres))


def _together(keys: NDArray[np.uint64], counts: Counts, sums: NDArray[np.float64]) -> Contingency:
    every, place = np.unique(keys, return_inverse=True)
    voxels = np.bincount(place, counts, len(every)).astype(np.int64)
    numbers = np.stack([every >> SHIFT, every & np.uint64(0xFFFFFFFF)], 1).astype(np.int64)
    truths, results = (_instances(numbers[:, side]) for side in (0, 1))
    pairs = np.stack([_places(numbers[:, 0], truths), _places(numbers[:, 1], results)], 1)
    truth_voxels, result_voxels = (
        _summed(pairs[:, side], voxels, len(own)).astype(np.int64) for side, own in enumerate((truths, results))
    )
    total = np.stack([np.bincount(place, sums[:, axis], len(every)) for axis in range(3)], 1)
    centres = np.stack([_summed(pairs[:, 0], total[:, axis], len(truths)) for axis in range(3)], 1)
    return Contingency(
        truths, results, pairs, voxels, truth_voxels, result_voxels, centres / np.maximum(truth_voxels, 1)[:, None]
    )


def _instances(numbers: Counts) -> Counts:
    found: Counts = np.unique(numbers[numbers > 0])
    return found


def _places(numbers: Counts, known: Counts) -> Counts:
    """Return where in `known` each number is; -1 for 0."""
    return np.where(numbers > 0, np.searchsorted(known, numbers), -1)


def _summed(places: Counts, values: NDArray[Any], count: int) -> NDArray[np.float64]:
    there = places >= 0
    return np.asarray(np.bincount(places[there], values[there], count), np.float64)
