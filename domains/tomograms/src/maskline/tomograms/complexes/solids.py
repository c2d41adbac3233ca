"""The density of a family: a union of solids, textured."""

import math
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.tomograms.complexes.density import FINER, MOST_VOXELS, Density
from maskline.tomograms.complexes.ellipsoid import beyond
from maskline.tomograms.complexes.family import Family, Part
from maskline.tomograms.complexes.sampling import smoothed

Doubles = NDArray[np.float64]
Grid = tuple[Doubles, Doubles, Doubles]
MOST_DEVIATIONS = 2
"""Of the texture: it opens no holes in what is solid."""


def solid(family: Family, voxel_size_a: float) -> Density:
    """Return the density of a family.  voxel_size_a: of the specimen, angstrom.  Raises InvalidInput."""
    step = voxel_size_a / FINER
    half = math.ceil(max(_reach(part) for part in family.parts) / step) + 2
    if half > MOST_VOXELS / 2:
        raise InvalidInput(
            f"family {family.name} is larger than {MOST_VOXELS // FINER} voxels of {voxel_size_a} angstrom"
        )
    side = np.arange(-half, half + 1, dtype=np.float64) * step
    grid = (side[:, None, None], side[None, :, None], side[None, None, :])
    outside = np.full((len(side),) * 3, np.inf)
    for part in family.parts:
        for copy in range(part.copies):
            np.minimum(outside, _distance(part, copy, grid), out=outside)
    body = np.clip(0.5 - outside / voxel_size_a, 0, 1)  # an edge of one voxel of the specimen
    # The texture is the family's own, so it comes from its name: samples have no say in it.
    grain = np.random.default_rng(crc32(family.name.encode())).standard_normal(body.shape)
    grain = smoothed(grain, family.texture_a / step / 2)
    body *= 1 + family.texture * np.clip(grain / grain.std(), -MOST_DEVIATIONS, MOST_DEVIATIONS)
    return Density.of(family.name, body, step)


def _reach(part: Part) -> float:
    return math.hypot(*part.at_a) + math.hypot(*part.radii_a)


def _distance(part: Part, copy: int, grid: Grid) -> NDArray[np.floating]:
    """Return how far outside of a part each place is, angstrom; below 0 it is inside."""
    z, y, x = grid
    turn, lean = (round(math.cos(angle), 9) + 1j * round(math.sin(angle), 9) for angle in _angles(part, copy))
    y, x = y * turn.real - x * turn.imag, x * turn.real + y * turn.imag
    z, y, x = (one - at for one, at in zip((z, y, x), part.at_a, strict=True))
    z, x = z * lean.real + x * lean.imag, x * lean.real - z * lean.imag
    a, b, c = part.radii_a
    if part.shape == "ball":
        away = beyond((z, y, x), part.radii_a)
        within = (a * part.hole, b * part.hole, c * part.hole)
        return np.maximum(away, -beyond((z, y, x), within)) if part.hole else away
    around = np.sqrt((y / b) ** 2 + (x / c) ** 2)
    away = np.maximum((around - 1) * min(b, c), np.abs(z) - a)
    return np.maximum(away, (part.hole - around) * min(b, c)) if part.hole else away


def _angles(part: Part, copy: int) -> tuple[float, float]:
    return 2 * math.pi * copy / part.copies, math.radians(part.lean_deg)
