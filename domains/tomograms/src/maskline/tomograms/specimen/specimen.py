"""One specimen: which complexes lie where in the ice, and what else does.

Z, Y, X: voxels of the volume along z, y, x.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from maskline.contract.drawing.ranges import by_weight, happens, number, whole
from maskline.tomograms.complexes.density import Density, Floats, Mask, Turned
from maskline.tomograms.complexes.orientation import direction, rotation
from maskline.tomograms.ranges import Shape
from maskline.tomograms.specimen.beads import add_beads
from maskline.tomograms.specimen.filaments import add_filaments
from maskline.tomograms.specimen.membranes import add_membranes
from maskline.tomograms.specimen.options import SpecimenOptions
from maskline.tomograms.specimen.room import Labels, Place, Room
from maskline.tomograms.specimen.slab import slab

TRIES = 60
"""Places that are tried for a complex, half of them beside others if it is to touch one."""
VACUUM = -1.0
"""Density outside of the lamella, beside the ice's: ice is about as much denser than nothing as protein is than ice."""


@dataclass(frozen=True, slots=True)
class Complex:
    """One that lies in the specimen; middle: voxel along z, y, x."""

    name: str
    middle: Place


@dataclass(frozen=True, slots=True)
class Specimen:
    """What lies where; arrays are (Z, Y, X).

    values: density beside the ice's, over the greatest of a complex, without gold.  gold: its own.
    labels: 0, or the number of a complex from 1, in the order of `complexes`.  inside: where the specimen is.
    left_out: how many complexes found no room.
    """

    values: Floats
    gold: Floats
    labels: Labels
    inside: Mask
    complexes: tuple[Complex, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A complex that may be drawn, and how often beside others.  volume: of its label, voxels."""

    density: Density
    weight: float
    volume: float


def specimen(
    shape: Shape, kinds: Sequence[Kind], surface: float, voxel_size_a: float, options: SpecimenOptions, rng: Generator
) -> Specimen:
    """Draw a specimen.  surface: density from which on a voxel is a complex' own."""
    inside = slab(shape, options, voxel_size_a, rng)
    values = np.where(inside, np.float32(0), np.float32(VACUUM))
    gold, taken = np.zeros(shape, np.float32), ~inside
    add_membranes(values, taken, options, voxel_size_a, rng)
    add_filaments(values, taken, options, voxel_size_a, rng)
    add_beads(gold, taken, inside, options, voxel_size_a, rng)
    wanted = _wanted(kinds, number(options.occupancy, rng) * int(inside.sum()), rng)
    room = Room(taken, values, np.zeros(shape, np.uint32))
    _settle(room, wanted, surface, voxel_size_a, number(options.touching, rng), rng)
    grain = number(options.ice, rng)
    if grain:
        values += np.where(inside, rng.standard_normal(shape, np.float32) * np.float32(grain), 0)
    complexes = tuple(Complex(one.density.name, at) for one, at in room.placed)
    return Specimen(values, gold, room.labels, inside, complexes, len(wanted) - len(complexes))


def _wanted(kinds: Sequence[Kind], voxels: float, rng: Generator) -> list[Density]:
    """Return complexes that take up so many voxels together, the largest first: what is small fits in between."""
    found: list[Kind] = []
    while voxels > 0:
        kind = by_weight(kinds, [one.weight for one in kinds], rng)
        voxels -= kind.volume
        found.append(kind)
    return [kind.density for kind in sorted(found, key=lambda one: -one.volume)]


def _settle(
    room: Room, wanted: Sequence[Density], surface: float, voxel_size_a: float, touching: float, rng: Generator
) -> None:
    """Give each complex, turned any way, the first place with room of some."""
    for density in wanted:
        z, y, x = (rng.random() - 0.5 for _ in range(3))
        one = density.turned(rotation(rng), (z, y, x), voxel_size_a, surface)
        if one is None:
            continue
        beside = TRIES // 2 if happens(touching, rng) else 0
        for attempt in range(TRIES):
            at = _beside(room, one, rng) if attempt < beside and room.placed else _anywhere(room, one, rng)
            if at is not None:
                room.admit(one, at)
                break


def _anywhere(room: Room, one: Turned, rng: Generator) -> Place | None:
    z, y, x = (whole((0, side - 1), rng) for side in room.taken.shape)
    return (z, y, x) if room.free(one, (z, y, x)) else None


def _beside(room: Room, one: Turned, rng: Generator) -> Place | None:
    return room.touching(one, whole((0, len(room.placed) - 1), rng), direction(rng))
