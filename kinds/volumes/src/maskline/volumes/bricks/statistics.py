"""What networks need to know of a whole volume before they see a part of it; worked out brick by brick."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.bricks.grid import bricks_of
from maskline.volumes.voxels import Voxels

DIGIT = 16
"""Bits of a value that one reading of the volume settles."""
LOW, HIGH, OF = 1, 999, 1000
"""The percentiles 0.1 and 99.9."""


class Statistics(NamedTuple):
    """Of all values of a volume.

    std: of the population.  low, high: the percentiles 0.1 and 99.9, the smallest values that so many are at most;
    both occur in the volume, nothing is interpolated.
    """

    mean: float
    std: float
    low: float
    high: float


def statistics_of(voxels: Voxels) -> Statistics:
    """Return a volume's statistics; the same voxels give the same numbers to the last bit.

    Reads it once for the moments and once for every 16 bits of a value.  Raises InvalidInput for values that are no
    finite numbers, naming the first brick that has some, and Corrupt.
    """
    mean, std = _moments(voxels)
    count = math.prod(voxels.shape)
    low, high = _ranked(voxels, [-(-share * count // OF) - 1 for share in (LOW, HIGH)])
    return Statistics(mean, std, low, high)


def _moments(voxels: Voxels) -> tuple[float, float]:
    """Return mean and standard deviation, from those of the bricks.

    Chan, Golub, LeVeque 1983, Algorithms for computing the sample variance, equation 2.1b, over all bricks at once.
    """
    counts, means, squares = [], [], []
    for box in bricks_of(voxels.shape):
        values = voxels.read(box).astype(np.float64).reshape(-1)
        if not np.isfinite(values).all():
            raise InvalidInput(f"of the voxels from {box.start} to {box.stop} some are no finite numbers")
        counts.append(values.size)
        means.append(float(values.mean()))
        squares.append(float(np.square(values - means[-1]).sum()))
    count = sum(counts)
    mean = math.fsum(own * at for own, at in zip(counts, means, strict=True)) / count
    apart = (own * (at - mean) ** 2 for own, at in zip(counts, means, strict=True))
    return mean, math.sqrt((math.fsum(squares) + math.fsum(apart)) / count)


def _ranked(voxels: Voxels, ranks: Sequence[int]) -> list[float]:
    """Return the values of some ranks, from 0, by counting the digits of all values from the highest digit on."""
    width = 8 * voxels.dtype.itemsize
    found, left = [0] * len(ranks), list(ranks)
    for shift in range(max(0, width - DIGIT), -1, -DIGIT):
        counts = {above: np.zeros(1 << DIGIT, np.int64) for above in found}
        for box in bricks_of(voxels.shape):
            keys = _keys(voxels.read(box))
            for above in counts:
                own = keys if shift + DIGIT >= width else keys[keys >> (shift + DIGIT) == above]
                digits = (own >> shift).astype(np.int64) & ((1 << DIGIT) - 1)
                counts[above] += np.bincount(digits, minlength=1 << DIGIT)
        for number, above in enumerate(found):
            up_to = counts[above].cumsum()
            digit = int(np.searchsorted(up_to, left[number], side="right"))
            left[number] -= int(up_to[digit - 1]) if digit else 0
            found[number] = above << DIGIT | digit
    return [_value(key, voxels.dtype) for key in found]


def _keys(values: NDArray[Any]) -> NDArray[Any]:
    """Return unsigned numbers of as many bits that are in the order of the values, (N,)."""
    unsigned = np.dtype(f"u{values.dtype.itemsize}")
    bits = values.astype(values.dtype.newbyteorder("=")).reshape(-1).view(unsigned)
    top = unsigned.type(1 << (8 * unsigned.itemsize - 1))
    if values.dtype.kind == "f":
        return np.where(bits & top, ~bits, bits | top)
    return bits ^ top if values.dtype.kind == "i" else bits


def _value(key: int, dtype: np.dtype[Any]) -> float:
    """Return the value of a key; one of no fraction is exact below 2^53."""
    unsigned = np.dtype(f"u{dtype.itemsize}")
    bits, top = np.array([key], unsigned), unsigned.type(1 << (8 * unsigned.itemsize - 1))
    if dtype.kind == "f":
        bits = np.where(bits & top, bits ^ top, ~bits)
    elif dtype.kind == "i":
        bits ^= top
    return float(bits.view(dtype.newbyteorder("="))[0]) + 0.0  # no -0.0
