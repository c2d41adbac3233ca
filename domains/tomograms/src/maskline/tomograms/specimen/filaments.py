"""Filaments that cross the volume on a bent path, solid or with a bore."""

import math
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from maskline.contract.drawing.ranges import number, whole
from maskline.tomograms.complexes.density import Floats, Mask
from maskline.tomograms.complexes.orientation import direction
from maskline.tomograms.ranges import Vector
from maskline.tomograms.specimen.options import SpecimenOptions

STEP = 4.0
"""Voxels from one point of a path to the next."""
FAR = np.float32(1e6)


def add_filaments(values: Floats, taken: Mask, options: SpecimenOptions, voxel_size_a: float, rng: Generator) -> None:
    """Add filaments to the densities, (Z, Y, X), where nothing is taken yet, and take their voxels."""
    for _ in range(whole(options.filaments, rng)):
        radius = number(options.filament_radius_a, rng) / voxel_size_a
        bore, bend = radius * number(options.bore, rng), number(options.bend_a, rng) / voxel_size_a
        away = _away(values.shape, _path(values.shape, bend, rng), radius)
        body = np.clip(np.float32(radius + 0.5) - away, 0, 1) * np.clip(away - np.float32(bore - 0.5), 0, 1)
        np.maximum(values, np.where(taken, 0, body), out=values)
        taken |= away < radius + 1


def _path(shape: tuple[int, ...], bend: float, rng: Generator) -> list[Vector]:
    """Return points of an arc of that radius through a place in the volume, from one side of it to another."""
    middle, ahead = tuple(side * rng.random() for side in shape), direction(rng)
    aside = _perpendicular(ahead, direction(rng))
    steps = math.ceil(math.hypot(*shape) / STEP)
    points = []
    for number_ in range(-steps, steps + 1):
        angle = min(max(number_ * STEP / bend, -math.pi), math.pi)
        forth, off = round(bend * math.sin(angle), 6), round(bend * (1 - math.cos(angle)), 6)
        z, y, x = (m + forth * a + off * s for m, a, s in zip(middle, ahead, aside, strict=True))
        points.append((z, y, x))
    return points


def _perpendicular(ahead: Vector, other: Vector) -> Vector:
    along = sum(a * b for a, b in zip(ahead, other, strict=True))
    rest = [b - along * a for a, b in zip(ahead, other, strict=True)]
    length = math.sqrt(sum(part * part for part in rest)) or 1.0
    z, y, x = (part / length for part in rest)
    return z, y, x


def _away(shape: tuple[int, ...], path: list[Vector], radius: float) -> Floats:
    """Return each voxel's distance from the path, where it is near; it is far elsewhere.  (Z, Y, X), voxels."""
    squares, reach = np.full(shape, FAR * FAR, np.float32), math.ceil(radius + STEP + 2)
    for first, second in pairwise(path):
        lows = [max(0, math.floor(min(a, b)) - reach) for a, b in zip(first, second, strict=True)]
        highs = [min(side, math.ceil(max(a, b)) + reach) for a, b, side in zip(first, second, shape, strict=True)]
        if any(high <= low for low, high in zip(lows, highs, strict=True)):
            continue
        here = tuple(slice(low, high) for low, high in zip(lows, highs, strict=True))
        squares[here] = np.minimum(squares[here], _square(lows, highs, first, second))
    return np.sqrt(squares)


def _square(lows: list[int], highs: list[int], first: Vector, second: Vector) -> Floats:
    """Return squared distances of a window's voxels from the line between two points."""
    z, y, x = np.ogrid[tuple(slice(low, high) for low, high in zip(lows, highs, strict=True))]
    off = [(one - np.float32(at)).astype(np.float32) for one, at in zip((z, y, x), first, strict=True)]
    line = [np.float32(b - a) for a, b in zip(first, second, strict=True)]
    long = sum(part * part for part in line) or np.float32(1)
    share = np.clip((off[0] * line[0] + off[1] * line[1] + off[2] * line[2]) / long, 0, 1)
    rest = [one - share * part for one, part in zip(off, line, strict=True)]
    square: Floats = rest[0] ** 2 + rest[1] ** 2 + rest[2] ** 2
    return square
