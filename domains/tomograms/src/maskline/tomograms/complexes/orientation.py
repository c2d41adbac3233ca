"""Directions and rotations, uniform over all there are, from nothing but products, quotients and roots."""

import math
from collections.abc import Sequence

import numpy as np

from maskline.tomograms.ranges import Vector

Rotation = Sequence[Sequence[float]]
"""A 3 x 3 matrix that turns vectors (z, y, x)."""


def rotation(rng: np.random.Generator) -> Rotation:
    """Draw a rotation, uniform on SO(3): a unit quaternion by Marsaglia's two discs.

    Marsaglia 1972, Choosing a point from the surface of a sphere, Annals of Mathematical Statistics 43.
    """
    (a, b, first), (c, d, second) = _in_disc(rng), _in_disc(rng)
    stretch = math.sqrt((1 - first) / second)
    return _matrix(a, b, c * stretch, d * stretch)


def direction(rng: np.random.Generator) -> Vector:
    """Draw a unit vector, uniform on the sphere (the same source)."""
    a, b, square = _in_disc(rng)
    side = 2 * math.sqrt(1 - square)
    return 1 - 2 * square, a * side, b * side


def applied(matrix: Rotation, vector: Vector) -> Vector:
    """Return a matrix times a vector."""
    z, y, x = (sum(weight * part for weight, part in zip(row, vector, strict=True)) for row in matrix)
    return z, y, x


def _in_disc(rng: np.random.Generator) -> tuple[float, float, float]:
    """Draw a point of the unit disc, not its middle, and return it with its squared distance from there."""
    while True:
        a, b = 2 * rng.random() - 1, 2 * rng.random() - 1
        square = a * a + b * b
        if 0 < square < 1:
            return a, b, square


def _matrix(w: float, i: float, j: float, k: float) -> Rotation:
    return (
        (1 - 2 * (j * j + k * k), 2 * (i * j - k * w), 2 * (i * k + j * w)),
        (2 * (i * j + k * w), 1 - 2 * (i * i + k * k), 2 * (j * k - i * w)),
        (2 * (i * k - j * w), 2 * (j * k + i * w), 1 - 2 * (i * i + j * j)),
    )
