"""From a description to the lines of one object, as they are meant, in the order in which they will be drawn."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from maskline.contract.drawing.ranges import between, by_weight, happens, number, whole
from maskline.sketches.grammar.description import STRAY, Grammar, Look, Pair, Piece, Ring, Row, Scatter
from maskline.sketches.grammar.frame import Frame, Vector
from maskline.sketches.grammar.lines import line
from maskline.sketches.grammar.shapes import Shape

Points = NDArray[np.float64]
CHOICES = 5
"""Whether a piece is there, its shape, its half width, its half height, its turn."""
BACKWARDS = 0.3
"""How often copies are drawn from the last to the first."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What lines are of.

    part: its label.  instance: its number in the object.  crowd: it may be several instances.
    leg: part and number of the instance whose place tells left from right for it, as a leg does
    for its paw, or its own; None for what has no sides.
    """

    part: str
    instance: int
    crowd: bool = False
    leg: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is meant.  points: (P, 2), in units of the object; the end of a closed line is its start."""

    points: Points
    owner: Owner


def build(grammar: Grammar, disorder: float, missing: float, rng: np.random.Generator) -> list[Line]:
    """Return the lines of an object, at least one.

    disorder: standard deviation of a piece's place in the order.  missing: share of parts that are forgotten.
    """
    looks = list(grammar.looks.values())
    look = by_weight(looks, [one.weight for one in looks], rng)
    right = (-1.0, 0.0) if happens(look.turned, rng) else (1.0, 0.0)
    builder = _Builder(disorder, missing, rng)
    return builder.look(look, Frame(right=right)) or _Builder(disorder, 0, rng).look(look, Frame(right=right))


class _Builder:
    def __init__(self, disorder: float, missing: float, rng: np.random.Generator) -> None:
        self._disorder, self._missing, self._rng = disorder, missing, rng
        self._numbers = count(1)
        self._lucks: dict[object, list[float]] = {}

    def look(self, look: Look, frame: Frame) -> list[Line]:
        lines: list[Line] = []
        for piece in self._shuffled(look.pieces):
            lines += self._piece(piece, frame, None)
        return lines

    def _shuffled(self, pieces: tuple[Piece, ...]) -> list[Piece]:
        if len(pieces) < 2 or not self._disorder:
            return list(pieces)
        ranks = np.arange(len(pieces)) + self._rng.standard_normal(len(pieces)) * self._disorder
        return [pieces[i] for i in np.argsort(ranks, kind="stable").tolist()]

    def _luck(self, piece: Piece) -> list[float]:
        """Return what decides of a piece, 0..1: one hand draws all wheels of a car alike, and all legs of a cow."""
        key = piece.alike or id(piece)
        if key not in self._lucks:
            self._lucks[key] = self._rng.random(CHOICES).tolist()
        return self._lucks[key]

    def _piece(self, piece: Piece, frame: Frame, upon: Owner | None) -> list[Line]:
        """Return the lines of a piece and of all that lies upon it.  upon: the owner of what it lies upon itself."""
        lines: list[Line] = []
        there, shape, *luck = self._luck(piece)
        if there >= piece.chance:
            return lines
        copies = list(self._copies(piece, frame, luck))
        if len(copies) > 1 and self._rng.random() < BACKWARDS:
            copies.reverse()
        drawn = piece.draw[int(shape * len(piece.draw))] if piece.draw else None
        for copy in copies:
            if upon and piece.part and not piece.needed and happens(self._missing, self._rng):
                continue
            lines += self._copy(piece, drawn, copy, self._owner(piece, upon))
        return lines

    def _copy(self, piece: Piece, drawn: Shape | None, frame: Frame, owner: Owner) -> list[Line]:
        before: list[Line] = []
        after: list[Line] = []
        for upon in self._shuffled(piece.pieces):
            (before if happens(upon.first, self._rng) else after).extend(self._piece(upon, frame, owner))
        if drawn:
            before.append(Line(frame.drawn(line(drawn, self._rng)), owner))
        return before + after

    def _owner(self, piece: Piece, upon: Owner | None) -> Owner:
        if not piece.part and upon:
            return upon
        instance = next(self._numbers)
        leg = ((upon and upon.leg) or (piece.part, instance)) if piece.sides else None
        return Owner(piece.part, instance, piece.merged or piece.part == STRAY, leg)

    def _copies(self, piece: Piece, frame: Frame, luck: Sequence[float]) -> Iterator[Frame]:
        unit, copies = frame.unit, piece.copies
        half = (between(piece.size[0], luck[0]) * unit, between(piece.size[1], luck[1]) * unit)
        turn = between(piece.turn, luck[2])
        if copies is None or isinstance(copies, Pair):
            at = (number(piece.at[0], self._rng), number(piece.at[1], self._rng))
            yield frame.within(at, half, turn)
            if copies:
                at, half, turn = self._varied((-at[0], at[1]), half, -turn, piece.vary)
                yield frame.within(at, half, turn, mirrored=True)
            return
        for at, outwards in _places(copies, self._rng):
            place, size, turned = self._varied(at, half, turn + outwards, piece.vary)
            yield frame.within(place, size, turned)

    def _varied(self, at: Vector, half: Vector, turn: float, vary: float) -> tuple[Vector, Vector, float]:
        if not vary:
            return at, half, turn
        luck = ((self._rng.random(5) * 2 - 1) * vary).tolist()
        place = (at[0] + luck[0] * 0.4, at[1] + luck[1] * 0.4)
        return place, (half[0] * (1 + luck[2]), half[1] * (1 + luck[3])), turn + luck[4] * 45


def _places(copies: Row | Ring | Scatter, rng: np.random.Generator) -> Iterator[tuple[Vector, float]]:
    """Yield places in the box, and the direction outwards there, degrees clockwise from straight down."""
    total = whole(copies.count, rng)
    if isinstance(copies, Scatter):
        for x, y in ((rng.random((total, 2)) * 2 - 1) * copies.within).tolist():
            yield (x, y), 0.0
        return
    if isinstance(copies, Row):
        start = [number(one, rng) for one in copies.start]
        stop = [number(one, rng) for one in copies.stop]
        for share in np.linspace(0, 1, total).tolist() if total > 1 else [0.5] * total:
            yield (start[0] + (stop[0] - start[0]) * share, start[1] + (stop[1] - start[1]) * share), 0.0
        return
    first, sweep, distance = number(copies.start, rng), number(copies.sweep, rng), number(copies.distance, rng)
    step = sweep / max(1, total if abs(sweep) >= 360 else total - 1)
    for number_ in range(total):
        angle = first + number_ * step
        at = math.radians(angle)
        yield (math.cos(at) * distance, math.sin(at) * distance), angle - 90
