"""What a network shall predict of labelled voxels; labels are numbers of instances, (z, y, x) int32, 0 for none.

What lies beyond the ends of an array is not known, and counts as nothing: no surface is there.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Boundary = Literal["around", "between"]


class Targets(NamedTuple):
    """Each (z, y, x).

    foreground: where an instance is.  distance: to the surface, in voxels, see `signed_distance`.
    boundary: around: voxels on either side of where an instance ends, at another or at nothing; between: voxels next to
    which, or in which, two instances are, over corners, too.
    """

    foreground: NDArray[np.bool_]
    distance: NDArray[np.float32]
    boundary: NDArray[np.bool_]


def targets_of(labels: NDArray[np.int32], limit: float, boundary: Boundary = "around") -> Targets:
    """Work out all targets.  limit: distances are cut off there, on both sides."""
    from skimage.segmentation import expand_labels, find_boundaries

    distance = signed_distance(expand_labels(labels, 1), limit)
    ends = find_boundaries(labels, mode="thick") if boundary == "around" else _between(labels)
    return Targets(labels > 0, distance, ends)


def signed_distance(labels: NDArray[np.int32], limit: float) -> NDArray[np.float32]:
    """Return the Euclidean distance of each voxel's centre to that of the nearest one across a surface, in voxels.

    Inside an instance it is positive, to the nearest voxel that is not of this instance, be it background or another
    instance; outside it is negative, to the nearest instance. So it is never between -1 and 1. It is cut off at
    `limit`: without a surface it is the limit.
    """
    from scipy.ndimage import distance_transform_edt, find_objects

    outside = labels == 0
    distance = np.full(labels.shape, -limit, np.float32)
    if not outside.all():
        distance = -np.minimum(distance_transform_edt(outside), limit).astype(np.float32)
    for number, found in enumerate(find_objects(labels), 1):
        if found is None:
            continue
        around = tuple(slice(max(0, side.start - 1), side.stop + 1) for side in found)
        mine = labels[around] == number
        distance[around][mine] = limit if mine.all() else np.minimum(distance_transform_edt(mine), limit)[mine]
    return distance


def _between(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    from scipy.ndimage import maximum_filter, minimum_filter

    nothing = np.iinfo(np.int32).max
    lowest = minimum_filter(np.where(labels > 0, labels, nothing), 3, mode="nearest")
    found: NDArray[np.bool_] = (lowest < nothing) & (lowest != maximum_filter(labels, 3, mode="nearest"))
    return found
