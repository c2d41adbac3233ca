"""Which fragments touch, and where."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Contacts:
    """Where two fragments touch.

    pairs: (E, 2) int64, the lower fragment first, sorted.  edges: (C,) which pair a contact is of.
    voxels: (C, 2) int64, the two voxels of a contact, as indices into the flattened volume.
    """

    pairs: NDArray[np.int64]
    edges: NDArray[np.int64]
    voxels: NDArray[np.int64]

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of a value of every contact, (C,), for each pair, (E,)."""
        means: NDArray[np.float64] = np.bincount(self.edges, values, len(self.pairs)) / self.sizes
        return means

    def quantile(self, values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
        """Return for each pair, (E,), the value that so large a share of its contacts' does not exceed.

        values: (C,), of every contact.  share: 0 for the least to 1 for the greatest; the one before, between two.
        """
        sizes = self.sizes
        first = np.cumsum(sizes) - sizes
        rising = values[np.lexsort((values, self.edges))]
        chosen: NDArray[np.float64] = rising[first + np.floor(share * (sizes - 1)).astype(np.int64)]
        return chosen

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many contacts a pair has, (E,)."""
        counts: NDArray[np.int64] = np.bincount(self.edges, minlength=len(self.pairs))
        return counts


def contacts(fragments: NDArray[np.integer[Any]]) -> Contacts:
    """Return where fragments share a voxel's face.

    fragments: (z, y, x), C-contiguous; what is 0 belongs to none and touches nothing.
    """
    voxels = np.concatenate([_along(fragments, axis) for axis in range(3)])
    labels = np.sort(fragments.ravel()[voxels].astype(np.int64), axis=1)
    keys, edges = np.unique(labels[:, 0] << 32 | labels[:, 1], return_inverse=True)
    return Contacts(np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1), edges, voxels)


def _along(fragments: NDArray[np.integer[Any]], axis: int) -> NDArray[np.int64]:
    near, far = ([slice(None)] * 3 for _ in range(2))
    near[axis], far[axis] = slice(None, -1), slice(1, None)
    one, other = fragments[tuple(near)], fragments[tuple(far)]
    touching = (one != other) & (one > 0) & (other > 0)
    first = np.ravel_multi_index(np.nonzero(touching), fragments.shape)
    return np.stack([first, first + int(np.prod(fragments.shape[axis + 1 :]))], axis=1)
