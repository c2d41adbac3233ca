"""A large volume as a small one, read brick by brick: no more in memory than one brick and what is shown."""

import math

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.bricks.grid import bricks_of
from maskline.volumes.voxels import Shape, Voxels

MOST_SIDE = 256
MOST_VOXELS = 1 << 22
"""Noise cannot be packed: 4 MiB of it, and a third more as text, are what one file holds with ease."""


def step_of(shape: Shape) -> int:
    """Return the least whole number of voxels by which each side must be divided for all of a volume to be shown."""
    step = -(-max(shape) // MOST_SIDE)
    while math.prod(reduced(shape, step)) > MOST_VOXELS:
        step += 1
    return step


def reduced(shape: Shape, step: int) -> Shape:
    """Return the shape of what is shown; the last cube along a side may be cut short."""
    z, y, x = (-(-side // step) for side in shape)
    return z, y, x


def means(voxels: Voxels, step: int) -> NDArray[np.float32]:
    """Return the mean of each cube of step^3 voxels, (z, y, x)."""
    shown = reduced(voxels.shape, step)
    sums = np.zeros(shown)
    for box in bricks_of(voxels.shape):
        values = voxels.read(box).astype(np.float64)
        cubes = [slice(start // step, -(-stop // step)) for start, stop in zip(box.start, box.stop, strict=True)]
        for axis, (own, start) in enumerate(zip(cubes, box.start, strict=True)):
            firsts = np.maximum(np.arange(own.start, own.stop) * step - start, 0)
            values = np.add.reduceat(values, firsts, axis)
        sums[tuple(cubes)] += values
    for axis, side in enumerate(voxels.shape):
        lengths = np.minimum(step, side - np.arange(shown[axis]) * step)
        sums /= np.expand_dims(lengths, [other for other in range(3) if other != axis])
    return sums.astype(np.float32)


def middles(labels: Voxels, step: int) -> NDArray[np.uint32]:
    """Return the label of the voxel in the middle of each cube of step^3 voxels, (z, y, x); none is ever mixed."""
    places = [
        np.minimum(np.arange(shown) * step + step // 2, side - 1)
        for shown, side in zip(reduced(labels.shape, step), labels.shape, strict=True)
    ]
    found = np.zeros([len(along) for along in places], np.uint32)
    for box in bricks_of(labels.shape):
        inside = [
            np.flatnonzero((along >= start) & (along < stop))
            for along, start, stop in zip(places, box.start, box.stop, strict=True)
        ]
        own = [along[there] - start for along, there, start in zip(places, inside, box.start, strict=True)]
        found[np.ix_(*inside)] = labels.read(box)[np.ix_(*own)]
    return found
