"""One specimen: which cells lie where, and what light does in them.

H, W: height and width of the picture, pixels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maskline.cells.cell.family import Family, shipped
from maskline.cells.cell.inside import Stuff, brightness, stuff
from maskline.cells.cell.shape import Floats, Shape, shape
from maskline.cells.crowd import Crowd, Placed
from maskline.cells.options import DrawingOptions
from maskline.contract.drawing.ranges import by_weight, happens, number, whole

TRIES = 30
"""Places that are tried for a cell."""
BESIDE = (0.75, 1.15)
"""Distance of a cell from the one that it is put beside, over the sum of the radii of discs as large as they are."""
SPECK, RING = "speck", "ring"
SPECKS = 4
"""So many pieces of debris are specks to each that is a ring."""


@dataclass(frozen=True, slots=True)
class Scene:
    """specimen: (H, W) how much brighter than the ground, over the whole range of grey; 0 where nothing lies.

    cells: those with a mask.  left_out: how many found no room.
    """

    specimen: Floats
    cells: tuple[Placed, ...]
    left_out: int


def scene(options: DrawingOptions, rng: np.random.Generator) -> Scene:
    """Draw a specimen."""
    size = whole(options.height_px, rng), whole(options.width_px, rng)
    wanted = _wanted(options, rng)
    crowd = Crowd(size, options.squeeze, overlapping=options.overlapping)
    _settle(crowd, [shape(family, rng) for family in wanted], size, number(options.gathered, rng), rng)
    cells = tuple(cell for cell in crowd.cells() if cell.mask.any())
    filled = {family.name: stuff(family, size, rng) for family in dict.fromkeys(wanted)}
    specimen = np.zeros(size, np.float32)
    for cell in cells:
        _add(specimen, cell, filled[cell.shape.family.name], rng)
    _litter(specimen, whole(options.debris, rng), size, rng)
    return Scene(specimen, cells, len(wanted) - len(cells))


def _wanted(options: DrawingOptions, rng: np.random.Generator) -> list[Family]:
    """Return the family of each cell of a picture, in any order."""
    drawn = options.drawn
    if not options.together:
        name = by_weight(list(drawn), [colony.weight for colony in drawn.values()], rng)
        drawn = {name: drawn[name]}
    counts = {name: whole(colony.cells, rng) for name, colony in drawn.items()}
    wanted = [options.family(name) for name, count in counts.items() for _ in range(count)]
    return [wanted[place] for place in rng.permutation(len(wanted))]


def _settle(
    crowd: Crowd, shapes: Sequence[Shape], size: tuple[int, int], gathered: float, rng: np.random.Generator
) -> None:
    """Give each cell the first place with room of some: beside another one, if it is to be there, then anywhere."""
    placed: list[tuple[int, int, float]] = []
    for one in shapes:
        radius = math.sqrt(int((one.field > 0).sum()) / math.pi)
        beside = TRIES // 2 if happens(gathered, rng) else 0
        for attempt in range(TRIES):
            x, y = _place(placed if attempt < beside else [], radius, size, rng)
            if 0 <= x < size[1] and 0 <= y < size[0] and crowd.admit(one, x, y):
                placed.append((x, y, radius))
                break


def _place(
    placed: Sequence[tuple[int, int, float]], radius: float, size: tuple[int, int], rng: np.random.Generator
) -> tuple[int, int]:
    if not placed:
        return whole((0, size[1] - 1), rng), whole((0, size[0] - 1), rng)
    x, y, other = placed[whole((0, len(placed) - 1), rng)]
    away, angle = number(BESIDE, rng) * (radius + other), number((0, 2 * math.pi), rng)
    return round(x + away * math.cos(angle)), round(y + away * math.sin(angle))


def _add(specimen: Floats, cell: Placed, filled: Stuff, rng: np.random.Generator) -> None:
    """Add a cell's light to a specimen; none outside its mask."""
    h, w = cell.mask.shape
    here = (slice(cell.y, cell.y + h), slice(cell.x, cell.x + w))
    tone = brightness(cell.shape, cell.depth, cell.along, filled.within(here), rng)
    specimen[here] += np.where(cell.mask, tone, 0)


def _litter(specimen: Floats, pieces: int, size: tuple[int, int], rng: np.random.Generator) -> None:
    """Add debris wherever it falls beside cells."""
    free, litter, crowd = specimen == 0, np.zeros_like(specimen), Crowd(size, 1, overlapping=True)
    for _ in range(pieces):
        family = shipped(SPECK if whole((0, SPECKS), rng) else RING)
        crowd.admit(shape(family, rng), *_place([], 0, size, rng))
    for piece in crowd.cells():
        _add(litter, piece, Stuff(None, None), rng)
    specimen += np.where(free, litter, 0)
