"""A watershed of one part of the foreground, from centres told apart by raising a threshold or by how they rise."""

import math
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.instances.adjacency import contacts

Label = TypeVar("Label", bound=np.integer[Any])
STEP = 0.5
"""Voxels by which the threshold is raised."""


def thresholds(lowest: float, highest: float) -> NDArray[np.float64]:
    """Return the thresholds from the lowest up to the highest, which need not be one of them."""
    steps = np.arange(math.floor((highest - lowest) / STEP) + 1, dtype=np.float64)
    return lowest + STEP * steps


def markers(
    distances: NDArray[np.float32 | np.float64], region: NDArray[np.bool_], levels: NDArray[np.float64]
) -> tuple[NDArray[np.unsignedinteger[Any]], int]:
    """Return the markers of a region and how many there are.

    distances, region: (z, y, x), in voxels and bool.  levels: thresholds, rising, above 0.
    Returns (z, y, x), 1 to the number, 0 between them, in the smallest type that holds it.

    Raising the threshold from level to level, a component (26 neighbours) of which nothing reaches the next level
    becomes a marker as it is; those of which something does go on as the components of what reaches it.  Markers are
    therefore the regional maxima of the number of levels that a voxel reaches.
    """
    import cc3d
    from scipy.ndimage import maximum_filter

    reached = np.zeros(region.shape, np.min_scalar_type(len(levels)))
    reached[region] = np.searchsorted(levels, distances[region], side="right")
    plateaus = cc3d.connected_components(reached, connectivity=26, out_dtype=np.uint32)
    is_marker = np.ones(int(plateaus.max()) + 1, dtype=bool)
    is_marker[0] = False
    is_marker[plateaus[maximum_filter(reached, 3) > reached]] = False
    count = int(is_marker.sum())
    numbers = np.where(is_marker, np.cumsum(is_marker), 0).astype(np.min_scalar_type(count))
    return numbers[plateaus], count


def flood(
    distances: NDArray[np.float32 | np.float64], markers: NDArray[Label], count: int, mask: NDArray[np.bool_]
) -> NDArray[Label]:
    """Return the fragment of every voxel of the mask that a marker reaches, from neighbour to neighbour (of 6).

    distances, markers, mask: (z, y, x), in voxels, 0 to count, and bool.  Returns (z, y, x), of the markers' type.
    The distances are overwritten: a part's box may be most of the volume.
    As scikit-image floods: the greatest distances first, of equal ones those that were reached first.
    """
    if count == 0:
        return np.zeros_like(markers)
    if count == 1:
        return _whole(markers, mask)
    from skimage.segmentation import watershed

    found: NDArray[Label] = watershed(np.negative(distances, out=distances), markers, mask=mask)
    return found


def _whole(marker: NDArray[Label], mask: NDArray[np.bool_]) -> NDArray[Label]:
    """Return what one marker reaches, where no other can be in its way."""
    import cc3d

    pieces = cc3d.connected_components(mask, connectivity=6, out_dtype=np.uint32)
    reached = np.zeros(int(pieces.max()) + 1, dtype=marker.dtype)
    reached[pieces[marker > 0]] = 1
    reached[0] = 0
    return reached[pieces]


def joined(
    fragments: NDArray[np.integer[Any]], distances: NDArray[np.float32 | np.float64], rise: float
) -> NDArray[np.integer[Any]]:
    """Return the fragments, (z, y, x), of which those that rise too little are one with what they lean on.

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

    E: pairs of fragments that touch.  pairs: (E, 2).  passes: (E,), voxels.  tops: (fragments + 1,), voxels.
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
