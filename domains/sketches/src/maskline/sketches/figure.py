"""One object on the canvas: built, placed, drawn by a hand, and told part from part and left from right.

P: points of a stroke
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.sketches.categories import sided
from maskline.sketches.grammar.building import Line, build
from maskline.sketches.grammar.description import Grammar
from maskline.sketches.hand.habits import Drawn, drawn
from maskline.sketches.hand.options import HandOptions
from maskline.sketches.hand.pen import Hand
from maskline.strokes.classes import LEFT, RIGHT
from maskline.strokes.sketch import Part

Points = NDArray[np.float64]
WAVES = 4.0
"""How much of a slow wave, radians, goes through an object from end to end; a standard deviation."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An object before it has a place.

    lines: pixels, around the origin.  width, height: of all of them, pixels.  meant: a hand has still to draw the
    lines; else they are the strokes that one drew.
    """

    category: str
    lines: tuple[Line, ...]
    width: float
    height: float
    meant: bool

    def drawn(self, middle: Points, hand: Hand, rng: np.random.Generator) -> list[Drawn]:
        """Return its strokes around a place on the canvas.  middle: (2,) pixels."""
        lines = [Line(line.points + middle, line.owner) for line in self.lines]
        if not self.meant:
            return [Drawn(line.points, line.owner) for line in lines]
        return drawn(lines, hand, max(self.width, self.height), rng)


def invented(grammar: Grammar, size: float, hand: HandOptions, rng: np.random.Generator) -> Figure:
    """Build an object from a description.  size: of its longer side, pixels."""
    lines = build(grammar, hand.disorder, hand.missing, rng)
    return Figure(grammar.category, *_turned(lines, size, hand, rng), meant=True)


def copied(category: str, strokes: Sequence[Line], size: float, hand: HandOptions, rng: np.random.Generator) -> Figure:
    """Take an object from somebody's drawing.  size: of its longer side, pixels."""
    return Figure(category, *_turned(strokes, size, hand, rng), meant=False)


def _turned(
    lines: Sequence[Line], size: float, hand: HandOptions, rng: np.random.Generator
) -> tuple[tuple[Line, ...], float, float]:
    """Turn, slant, stretch and bend an object as a whole.  Returns its lines, width and height, pixels."""
    luck = rng.standard_normal(3)
    turn, slant, stretch = np.radians(luck[0] * hand.turn), luck[1] * hand.slant, np.exp(luck[2] * hand.stretch / 2)
    cos, sin = np.cos(turn), np.sin(turn)
    points = np.concatenate([line.points for line in lines])
    x, y = points[:, 0] * stretch + points[:, 1] * slant, points[:, 1] / stretch
    points = _bent(np.stack([x * cos - y * sin, x * sin + y * cos], axis=1), hand.bend, rng)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = size / max(float((high - low).max()), 1e-6)
    points = (points - (low + high) / 2) * scale
    width, height = ((high - low) * scale).tolist()
    ends = np.cumsum([len(line.points) for line in lines])[:-1]
    placed = zip(np.split(points, ends), lines, strict=True)
    return tuple(Line(part, line.owner) for part, line in placed), width, height


def _bent(points: Points, bend: float, rng: np.random.Generator) -> Points:
    """Let slow waves go through an object.  bend: their height over its longer side."""
    size = float(np.ptp(points, axis=0).max())
    waves = np.sin(points @ (rng.standard_normal((2, 2)) * (WAVES / max(size, 1e-6))) + rng.random(2) * 2 * np.pi)
    return points + waves * (rng.standard_normal(2) * bend * size)


def parts(strokes: Mapping[int, Drawn], *, extended: bool) -> tuple[Part, ...]:
    """Return the parts of an object; strokes whose part nobody told are of none.

    strokes: place in the sketch -> stroke.  extended: parts with sides are named after theirs.
    """
    sides = _sides(list(strokes.values())) if extended else {}
    found: dict[tuple[str, int], list[int]] = {}
    for place, stroke in strokes.items():
        owner = stroke.owner
        if not owner.part:
            continue
        name = sided(owner.part, sides[owner.leg]) if owner.leg in sides else owner.part
        found.setdefault((name, 0 if owner.crowd else owner.instance), []).append(place)
    return tuple(Part(name, tuple(places), crowd=not instance) for (name, instance), places in found.items())


def _sides(strokes: Sequence[Drawn]) -> dict[tuple[str, int] | None, str]:
    """Return the side of each leg, or of what else tells left from right, as the viewer sees it.

    Of the legs of one part the left half is left; one alone, and the middle one of an odd number, is on the side of the
    object on which it lies.
    """
    every = np.concatenate([stroke.points[:, 0] for stroke in strokes])
    middle = (float(every.min()) + float(every.max())) / 2
    families: dict[str, dict[int, float]] = {}
    for leg in dict.fromkeys(stroke.owner.leg for stroke in strokes):
        if leg:
            families.setdefault(leg[0], {})[leg[1]] = _place(leg, strokes)
    sides: dict[tuple[str, int] | None, str] = {}
    for part, place in families.items():
        ordered = sorted(place, key=lambda instance: place[instance])
        half, odd = divmod(len(ordered), 2)
        sides |= {(part, instance): LEFT for instance in ordered[:half]}
        sides |= {(part, instance): RIGHT for instance in ordered[len(ordered) - half :]}
        if odd:
            sides[part, ordered[half]] = LEFT if place[ordered[half]] < middle else RIGHT
    return sides


def _place(leg: tuple[str, int], strokes: Sequence[Drawn]) -> float:
    """Return x of the middle of a leg, pixels; of its paw, where the leg's own stroke has become one with that."""
    mine = [stroke for stroke in strokes if stroke.owner.leg == leg]
    own = [stroke for stroke in mine if stroke.owner.instance == leg[1]] or mine
    return float(np.concatenate([stroke.points[:, 0] for stroke in own]).mean())
