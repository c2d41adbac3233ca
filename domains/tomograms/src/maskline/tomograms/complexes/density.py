"""The density of a complex, and how it lies in a specimen when it is turned.

n: voxels of a density's grid along each axis.  h, d, w: voxels of a window of the specimen along z, y, x.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.complexes.orientation import Rotation, applied
from maskline.tomograms.complexes.sampling import middle_of_mass, sampled
from maskline.tomograms.ranges import Vector

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
FINER = 2
"""Voxels of a complex at rest to one of the specimen, along each axis: turning blurs over the finer ones."""
MOST_VOXELS = 200
"""Of a density at rest, along each axis."""
FAINT = 0.02
"""Densities below are left out of a window, over the greatest."""


@dataclass(frozen=True, slots=True)
class Density:
    """A complex at rest.

    values: (n, n, n), 0 outside, at most 1; the middle voxel's centre is the complex' middle.
    step_a: side of a voxel, angstrom.  reach_a: farthest from the middle that there is any density, angstrom.
    """

    name: str
    values: Floats
    step_a: float
    reach_a: float

    @classmethod
    def of(cls, name: str, values: NDArray[np.floating], step_a: float) -> "Density":
        """Centre any (z, y, x) values, of which at least one is above 0, at their middle of mass and scale them to 1.

        Their centre of mass lies in the middle voxel; what is below 0 is ice.
        """
        solid = np.maximum(values, 0).astype(np.float32)
        solid /= solid.max()
        solid[solid < FAINT] = 0
        filled = np.argwhere(solid)
        middle = [round(place) for place in middle_of_mass(solid)]
        half = int(np.abs(filled - middle).max()) + 1
        cube = np.zeros((2 * half + 1,) * 3, np.float32)
        cube[tuple((filled - middle + half).T)] = solid[tuple(filled.T)]
        farthest = math.sqrt(int(((filled - middle) ** 2).sum(axis=1).max()))
        return cls(name, cube, step_a, (farthest + 1) * step_a)

    def volume_a3(self, surface: float) -> float:
        """Return the volume of what is at least as dense as the surface, cubic angstrom."""
        return int((self.values >= surface).sum()) * self.step_a**3

    def turned(self, rotation: Rotation, off: Vector, voxel_size_a: float, surface: float) -> "Turned | None":
        """Return it as it lies in a specimen; None if none of its voxels is as dense as the surface.

        off: of its middle from the middle of a voxel, voxels, along z, y, x.  surface: least density of its label.
        """
        half = math.ceil(self.reach_a / voxel_size_a) + 1
        scale, centre = voxel_size_a / self.step_a, (len(self.values) - 1) / 2
        matrix = [[scale * rotation[column][row] for column in range(3)] for row in range(3)]  # the inverse turn
        z, y, x = applied(matrix, (-half - off[0], -half - off[1], -half - off[2]))
        seen = sampled(self.values, matrix, (centre + z, centre + y, centre + x), 2 * half + 1)
        mask = seen >= surface
        if not mask.any():
            return None
        lows, highs = zip(*(_span(seen >= FAINT, other) for other in ((1, 2), (0, 2), (0, 1))), strict=True)
        cut = tuple(slice(low, high) for low, high in zip(lows, highs, strict=True))
        z, y, x = (half - low for low in lows)
        return Turned(self, np.ascontiguousarray(seen[cut]), np.ascontiguousarray(mask[cut]), (z, y, x))


@dataclass(frozen=True, slots=True)
class Turned:
    """A complex in its window, wherever that lies in the specimen.

    values: (h, d, w) density.  mask: (h, d, w) its label.  middle: the voxel of its middle, which may lie outside.
    """

    density: Density
    values: Floats
    mask: Mask
    middle: tuple[int, int, int]


def _span(filled: Mask, others: tuple[int, int]) -> tuple[int, int]:
    """Return where along one axis something is, from and up to, whatever it is along the others."""
    places = np.flatnonzero(filled.any(axis=others))
    return int(places[0]), int(places[-1]) + 1
