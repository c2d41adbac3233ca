"""Fragments of a watershed that are one hill: the pass between them is hardly lower than the lower one's top.

E: pairs of fragments that touch
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.instances.adjacency import contacts


def joined(
    fragments: NDArray[np.integer[Any]], distances: NDArray[np.float32 | np.float64], rise: float
) -> NDArray[np.integer[Any]]:
    """Return the fragments, (z, y, x), of which those that rise too little belong to what they lean on.

    fragments: 0 for none.  distances: (z, y, x), voxels.  rise: voxels from the highest pass to anything higher up to
    the top that stays a fragment's own: the dynamics of its maximum (Soille 2003, Morphological Image Analysis,
    chapter 6).
    """
    touching = contacts(fragments)
    if not len(touching.pairs):
        return fragments
    passes = np.full(len(touching.pairs), -np.inf)
    np.maximum.at(passes, touching.edges, distances.ravel()[touching.voxels].min(axis=1))
    tops = np.full(int(fragments.max()) + 1, -np.inf)
    np.maximum.at(tops, fragments.ravel(), distances.ravel())
    owners = _climbed(touching.pairs, passes, tops, rise).astype(fragments.dtype)
    result: NDArray[np.integer[Any]] = owners[fragments]
    return result


def _climbed(
    pairs: NDArray[np.int64], passes: NDArray[np.float64], tops: NDArray[np.float64], rise: float
) -> NDArray[np.int64]:
    """Return the fragment that each belongs to, the highest passes first.

    pairs: (E, 2).  passes: (E,), voxels.  tops: (fragments + 1,), voxels.
    """
    owner = list(range(len(tops)))

    def root(fragment: int) -> int:
        while owner[fragment] != fragment:
            owner[fragment] = owner[owner[fragment]]
            fragment = owner[fragment]
        return fragment

    for number in np.argsort(-passes, kind="stable"):
        high, low = sorted((root(int(each)) for each in pairs[number]), key=lambda each: (-tops[each], each))
        if tops[low] - passes[number] < rise:
            owner[low] = high
    return np.array([root(fragment) for fragment in range(len(tops))])
