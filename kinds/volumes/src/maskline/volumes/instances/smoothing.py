"""Maps of a network, read a box at a time and smoothed as if they had been read whole."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.voxels import Box, Voxels

SIGMA = 0.5
"""Standard deviation of the gaussian, in voxels."""
F = TypeVar("F", np.float32, np.float64)
REACH = 2
"""Voxels that one smoothed by it depends on, to every side."""


def smoothed(volume: Voxels, box: Box, sigma: float = SIGMA) -> NDArray[np.float32]:
    """Return the voxels of a box after a gaussian; the volume goes on as its mirror image.

    sigma: its standard deviation in voxels.
    Raises InvalidInput if a value is not finite.
    """
    read = box.grown(int(4 * sigma + 0.5), volume.shape)
    return gaussian(values(volume, read), sigma)[inside(box, read)]


def values(volume: Voxels, box: Box) -> NDArray[np.float32]:
    """Return the voxels of a box.  Raises InvalidInput if one is not finite."""
    found = volume.read(box).astype(np.float32, copy=False)
    if not np.isfinite(found).all():
        raise InvalidInput(f"a network's map has values that are not finite between voxels {box.start} and {box.stop}")
    return found


def gaussian(array: NDArray[F], sigma: float = SIGMA) -> NDArray[F]:
    """Return an array smoothed, each voxel from those as near as four standard deviations."""
    from scipy.ndimage import gaussian_filter

    result: NDArray[F] = gaussian_filter(array, sigma)
    return result


def inside(box: Box, outer: Box) -> tuple[slice, slice, slice]:
    """Return what cuts a box out of what was read of a larger one."""
    shift = outer.start
    z, y, x = (slice(a - o, b - o) for a, b, o in zip(box.start, box.stop, shift, strict=True))
    return z, y, x
