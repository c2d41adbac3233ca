"""Densities blurred, weighed, and sampled between their voxels: by sums that no processor takes in another order.

n: voxels of a density's grid along each axis.  h: voxels of a window along each axis.
"""

import math

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.complexes.orientation import Rotation
from maskline.tomograms.ranges import Vector

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
REACH = 4
"""Of a Gaussian, in standard deviations."""


def smoothed(values: Doubles, deviation: float) -> Doubles:
    """Convolve values with a Gaussian of a standard deviation in voxels, above 0; the sides of the grid are mirrors."""
    reach = int(REACH * deviation + 0.5)
    tail = [math.exp(-0.5 * (away / deviation) ** 2) for away in range(1, reach + 1)]
    whole = 1 + 2 * sum(tail)
    for axis, side in enumerate(values.shape):
        framed = np.pad(values, [(reach, reach) if own == axis else (0, 0) for own in range(values.ndim)], "symmetric")
        lines = np.moveaxis(framed, axis, 0)
        sums = lines[reach : reach + side] / whole
        for away, weight in enumerate(tail, 1):
            both = lines[reach - away :][:side] + lines[reach + away :][:side]
            both *= weight / whole
            sums += both
        values = np.moveaxis(sums, 0, axis)
    return values


def middle_of_mass(values: NDArray[np.floating]) -> Vector:
    """Return where the middle of mass of values (z, y, x) lies, in voxels along z, y, x."""
    lines = [values.sum(axis=others, dtype=np.float64) for others in ((1, 2), (0, 2), (0, 1))]
    z, y, x = (float((np.arange(len(line)) * line).sum() / line.sum()) for line in lines)
    return z, y, x


def sampled(values: Floats, matrix: Rotation, start: Vector, side: int) -> Floats:
    """Return values (n, n, n) at the places matrix (z, y, x) + start, for z, y and x from 0 up to a side: (h, h, h).

    Between voxels they change linearly along each axis (trilinear interpolation); their border is 0, as all beyond is.
    """
    last, along = len(values) - 1, np.arange(side, dtype=np.float64)
    places = [
        (row[0] * along + at)[:, None, None] + (row[1] * along)[:, None] + row[2] * along
        for row, at in zip(matrix, start, strict=True)
    ]
    within = np.logical_and.reduce([(place > 0) & (place < last) for place in places])
    inside = np.stack([place[within] for place in places])
    lows = inside.astype(np.intp)
    found = np.zeros((side,) * 3, np.float32)
    found[within] = _between(values, lows, (inside - lows).astype(np.float32))
    return found


def _between(values: Floats, lows: NDArray[np.intp], shares: Floats) -> Floats:
    """Return values so far, from 0 to 1, from some voxels to the next along each axis; lows, shares: (3, places)."""
    n, flat = len(values), values.ravel()
    first = (lows[0] * n + lows[1]) * n + lows[2]
    corners = [(flat[first + to], flat[first + to + 1]) for to in (0, n, n * n, n * n + n)]
    lines = [_mixed(one, other, shares[2]) for one, other in corners]
    planes = [_mixed(one, other, shares[1]) for one, other in (lines[:2], lines[2:])]
    return _mixed(planes[0], planes[1], shares[0])


def _mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    other -= one
    other *= share
    other += one
    return other
