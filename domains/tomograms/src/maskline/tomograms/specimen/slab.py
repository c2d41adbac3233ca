"""The lamella: a slab of ice between two faces, each with a slope of its own.

Z, Y, X: voxels of the volume along z, y, x.
"""

import math

import numpy as np
from numpy.typing import NDArray

from maskline.contract.drawing.ranges import number
from maskline.tomograms.complexes.density import Mask
from maskline.tomograms.ranges import Shape
from maskline.tomograms.specimen.options import SpecimenOptions

Doubles = NDArray[np.float64]
AROUND = 0.1
"""Farthest of a lamella's middle from the volume's, over the height that is left beside it."""


def slab(shape: Shape, options: SpecimenOptions, voxel_size_a: float, rng: np.random.Generator) -> Mask:
    """Return where the specimen is, (Z, Y, X); everywhere if the lamella has no thickness."""
    thick = number(options.thickness_a, rng) / voxel_size_a
    if not thick:
        return np.ones(shape, np.bool_)
    thick = max(thick, 1.0)  # there is some of it everywhere
    middle = (shape[0] - 1) / 2 + AROUND * max(0.0, shape[0] - thick) * (2 * rng.random() - 1)
    z = np.arange(shape[0], dtype=np.float64)[:, None, None]
    lower, upper = (_slope(shape, options, rng) for _ in range(2))
    return (z >= middle - thick / 2 + lower) & (z <= middle + thick / 2 + upper)


def _slope(shape: Shape, options: SpecimenOptions, rng: np.random.Generator) -> Doubles:
    """Return how much higher than in the middle a face is, (1, Y, X) voxels: it slopes towards any side."""
    steep = round(math.tan(math.radians(number(options.slope_deg, rng))), 6)
    turn = number((0, 2 * math.pi), rng)
    along, across = round(steep * math.sin(turn), 6), round(steep * math.cos(turn), 6)
    y, x = (np.arange(side, dtype=np.float64) - (side - 1) / 2 for side in shape[1:])
    return (y[:, None] * along + x[None, :] * across)[None]
