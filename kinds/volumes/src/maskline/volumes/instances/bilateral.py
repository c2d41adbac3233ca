"""A bilateral filter at single voxels, as ITK's does it for a whole volume (Tomasi and Manduchi 1998)."""

import itertools
import math

import numpy as np
from numpy.typing import NDArray

DOMAIN_SIGMA = 1.0
"""Of the gaussian of the distance, in voxels."""
RANGE_SIGMA = 0.1
"""Of the gaussian of the difference, in the map's own unit."""
REACH = math.ceil(2.5 * DOMAIN_SIGMA)
"""Voxels that count, to every side."""
WIDEST = 4 * RANGE_SIGMA
"""Difference from which on a voxel no longer counts."""
SAMPLES = 100
"""Of the gaussian of the difference, which is looked up in a table."""


def bilateral(volume: NDArray[np.float32], at: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the filtered values of some voxels; the volume goes on as its outermost voxels.

    volume: (z, y, x).  at: (N,) indices into the flattened volume.  Returns (N,).
    """
    flat, centre = volume.ravel(), volume.ravel()[at]
    z, y, x = (
        [np.clip(place + step, 0, size - 1) * stride for step in range(-REACH, REACH + 1)]
        for place, size, stride in zip(np.unravel_index(at, volume.shape), volume.shape, _strides(volume), strict=True)
    )
    closeness = np.exp(-0.5 * (np.arange(-REACH, REACH + 1) / DOMAIN_SIGMA) ** 2)
    likeness = _likeness()
    total, weights = np.zeros(len(at)), np.zeros(len(at))
    for k, j, i in itertools.product(range(2 * REACH + 1), repeat=3):
        values = flat[z[k] + y[j] + x[i]].astype(np.float64)
        samples = (np.abs(values - centre) * (SAMPLES / WIDEST)).astype(np.intp)
        weight = likeness[np.minimum(samples, SAMPLES)] * (closeness[k] * closeness[j] * closeness[i])
        weights += weight
        weight *= values
        total += weight
    return (total / weights).astype(np.float32)


def _strides(volume: NDArray[np.float32]) -> tuple[int, int, int]:
    return volume.shape[1] * volume.shape[2], volume.shape[2], 1


def _likeness() -> NDArray[np.float64]:
    """Return what a difference counts, by its sample; the last is for all that are too great."""
    differences = np.arange(SAMPLES) * (WIDEST / SAMPLES)
    return np.append(np.exp(-0.5 * (differences / RANGE_SIGMA) ** 2), 0)
