"""Beads of gold, by which tilts are aligned: far denser than all else, so that the missing wedge shows as streaks."""

import math

import numpy as np
from numpy.random import Generator

from maskline.contract.drawing.ranges import number, whole
from maskline.tomograms.complexes.density import Floats, Mask
from maskline.tomograms.specimen.options import SpecimenOptions


def add_beads(
    gold: Floats, taken: Mask, inside: Mask, options: SpecimenOptions, voxel_size_a: float, rng: Generator
) -> None:
    """Add beads to `gold` and take their voxels.  All: (Z, Y, X).  inside: where the specimen is."""
    for _ in range(whole(options.beads, rng)):
        y, x = (number((0, side), rng) for side in gold.shape[1:])
        column = np.flatnonzero(inside[:, int(y), int(x)])
        share, radius = rng.random(), number(options.bead_radius_a, rng) / voxel_size_a
        z = float(column[int(share * len(column))]) if len(column) else share * gold.shape[0]
        density = np.float32(number(options.bead, rng))
        here = tuple(slice(max(0, math.floor(at - radius) - 1), max(0, math.ceil(at + radius) + 2)) for at in (z, y, x))
        places = np.ogrid[tuple(slice(p.start, min(p.stop, side)) for p, side in zip(here, gold.shape, strict=True))]
        away = np.sqrt(
            sum((place.astype(np.float32) - np.float32(at)) ** 2 for place, at in zip(places, (z, y, x), strict=True))
        )
        np.maximum(gold[here], np.clip(np.float32(radius + 0.5) - away, 0, 1) * density, out=gold[here])
        taken[here] |= away < radius + 1
