"""How far every foreground voxel lies from its instance's surface."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.instances.smoothing import REACH, gaussian, inside, smoothed
from maskline.volumes.voxels import Box, Voxels

Kind = Literal[0, 1, 2]
LONGEST = 5
"""Voxels up to which the distance is measured in the foreground."""
OUTSIDE = {0: 0.0, 1: 0.2833, 2: 0.5665}
"""What a voxel outside the foreground has at most, by the kind of distance: smoothing carries a measured one there.
A foreground voxel v away from it has |v| at most, and the gaussian's mean of |v| is 0.56646."""


def distances(network: Voxels, kind: Kind, sigma: float, mask: Voxels, box: Box) -> NDArray[np.float64 | np.float32]:
    """Return a box's distances in voxels, none below 0.

    network: what the network says, (z, y, x).  kind, sigma: as the options distance_type and distance_smoothing.
    mask: (z, y, x) bool, the foreground of the whole volume.
    """
    if kind == 2:
        return _measured(mask, box)
    said = smoothed(network, box, sigma)
    said[~mask.read(box) | (said < 0)] = 0
    return said if kind == 0 else (said + _measured(mask, box)) / 2


def _measured(mask: Voxels, box: Box) -> NDArray[np.float64]:
    """Return the distance to the nearest background voxel's centre, clipped, then smoothed."""
    near = box.grown(REACH, mask.shape)
    far = near.grown(LONGEST, mask.shape)
    return gaussian(_to_background(mask.read(far))[inside(near, far)])[inside(box, near)]


def _to_background(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    from bioimage_cpp.distance import distance_transform

    if mask.all():  # what the transform says then is made up
        return np.full(mask.shape, float(LONGEST))
    # Squares are whole numbers: the roots are right to the last bit again.
    found = distance_transform(np.ascontiguousarray(mask)).astype(np.float64)
    exact: NDArray[np.float64] = np.sqrt(np.rint(found * found))
    return exact.clip(max=LONGEST)
