"""Membranes: two leaflets, as vesicles and as sheets that cross the volume.

Z, Y, X: voxels of the volume along z, y, x.
"""

import numpy as np
from numpy.random import Generator

from maskline.contract.drawing.ranges import number, whole
from maskline.tomograms.complexes.density import Floats, Mask
from maskline.tomograms.complexes.ellipsoid import beyond
from maskline.tomograms.complexes.orientation import direction
from maskline.tomograms.specimen.options import SpecimenOptions

LEAFLET_A = 20.0
"""From the middle of a bilayer to that of a leaflet: the heads of its lipids are some 40 angstrom apart."""
LEAFLET_HALF_A = 10.0
"""Half the thickness of a leaflet."""
CLEARANCE_A = LEAFLET_A + LEAFLET_HALF_A


def add_membranes(values: Floats, taken: Mask, options: SpecimenOptions, voxel_size_a: float, rng: Generator) -> None:
    """Add vesicles and sheets to the densities where nothing is taken yet, and take their voxels.  Both: (Z, Y, X)."""
    free = ~taken
    for _ in range(whole(options.vesicles, rng)):
        radii = tuple(number(options.vesicle_radius_a, rng) / voxel_size_a for _ in range(3))
        middle = tuple(side * rng.random() for side in values.shape)
        _add(values, taken, free, _away(values.shape, middle, radii) * voxel_size_a, number(options.membrane, rng))
    for _ in range(whole(options.sheets, rng)):
        radius = number(options.sheet_radius_a, rng) / voxel_size_a
        towards = direction(rng)
        middle = tuple(side * rng.random() + radius * part for side, part in zip(values.shape, towards, strict=True))
        _add(
            values,
            taken,
            free,
            _away(values.shape, middle, (radius,) * 3) * voxel_size_a,
            number(options.membrane, rng),
        )


def _away(shape: tuple[int, ...], middle: tuple[float, ...], radii: tuple[float, ...]) -> Floats:
    """Return how far each voxel lies from an ellipsoid's surface, voxels; below 0 inside."""
    z, y, x = (
        (np.arange(side, dtype=np.float32) - np.float32(at)).reshape([-1 if axis == own else 1 for axis in range(3)])
        for own, (side, at) in enumerate(zip(shape, middle, strict=True))
    )
    return beyond((z, y, x), radii).astype(np.float32)


def _add(values: Floats, taken: Mask, free: Mask, away_a: Floats, density: float) -> None:
    """Add a bilayer; each leaflet is densest in its middle."""
    from_leaflet = np.abs(np.abs(away_a) - np.float32(LEAFLET_A)) / np.float32(LEAFLET_HALF_A)
    rise = np.maximum(1 - from_leaflet * from_leaflet, 0)
    np.maximum(values, np.where(free, rise * np.float32(density), 0), out=values)
    taken |= np.abs(away_a) < CLEARANCE_A
