"""A canvas with objects: how many, where, and in which order their strokes are drawn."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from maskline.contract.drawing.ranges import happens, number, whole
from maskline.sketches.figure import Figure, invented, parts
from maskline.sketches.grammar.reading import CLUTTER, shipped
from maskline.sketches.hand.habits import Drawn
from maskline.sketches.hand.pen import Hand
from maskline.sketches.options import DrawingOptions
from maskline.strokes.sketch import Sketch, Stroke, Thing

Points = NDArray[np.float64]
TRIES = 8
"""Places that are tried for an object."""
BEYOND = 0.03
"""So much of an object may lie beyond the canvas' edge, over its own size; strokes are never cut."""
CLUTTER_SIZE = (0.05, 0.3)
"""Of a stroke of no object, over the canvas' side."""
LEFT_FOR_LATER = 0.3
"""Most of the strokes of an object that are drawn when others have been begun."""
DECIMALS = 1
NOBODY = 0


class Objects(Protocol):
    """Where objects come from."""

    def figure(self, size: float, split: str, rng: np.random.Generator) -> Figure:
        """Return an object.  size: of its longer side, pixels.  Raises EmptySplit if there is none for the split."""


class Scenes:
    """Draws sketches of so many objects."""

    def __init__(self, options: DrawingOptions, objects: Objects) -> None:
        self._options, self._objects = options, objects

    def sketch(self, name: str, split: str, rng: np.random.Generator) -> Sketch:
        """Draw a sketch for a split; its canvas is its size, in pixels.  Raises EmptySplit."""
        options = self._options
        hand, count = Hand.taken(options.hand, rng), whole(options.objects, rng)
        unit = options.canvas_px / count**0.5
        figures = [self._objects.figure(number(options.size, rng) * unit, split, rng) for _ in range(count)]
        drawn = [
            figure.drawn(middle, hand, rng) for figure, middle in zip(figures, self._places(figures, rng), strict=True)
        ]
        order = self._ordered(drawn, hand, rng)
        places: dict[int, dict[int, Drawn]] = {}
        for place, (thing, stroke) in enumerate(order):
            places.setdefault(thing, {})[place] = stroke
        things = tuple(
            Thing(each.category, tuple(places[thing]), parts(places[thing], extended=options.labels == "extended"))
            for thing, each in enumerate(figures, 1)
        )
        strokes = tuple(Stroke(stroke.points.round(DECIMALS)) for _, stroke in order)
        return Sketch(name, strokes, (options.canvas_px, options.canvas_px), things)

    def _places(self, figures: Sequence[Figure], rng: np.random.Generator) -> list[Points]:
        """Return the middle of each object."""
        canvas, places = self._options.canvas_px, list[Points]()
        boxes = np.zeros((0, 4))
        for one in figures:
            half = np.array([one.width, one.height]) / 2
            room = np.maximum(canvas / 2 - half * (1 - 2 * BEYOND), 0)
            middles = canvas / 2 + (rng.random((TRIES, 2)) * 2 - 1) * room
            anywhere = happens(self._options.overlap, rng)
            best = 0 if anywhere else int(_covered(middles, half, boxes).argmin())
            places.append(middles[best])
            boxes = np.concatenate([boxes, [[*(middles[best] - half), *(middles[best] + half)]]])
        return places

    def _ordered(self, drawn: Sequence[list[Drawn]], hand: Hand, rng: np.random.Generator) -> list[tuple[int, Drawn]]:
        """Return all strokes in the order in which they are drawn, each with its object's number, 0 for clutter."""
        order: list[tuple[int, Drawn]] = []
        later: list[tuple[int, Drawn]] = []
        for thing, strokes in enumerate(drawn, 1):
            back = 0
            if len(drawn) > 1 and happens(self._options.returned, rng):
                back = whole((1, max(1, int(LEFT_FOR_LATER * len(strokes)))), rng) if len(strokes) > 1 else 0
            order += [(thing, stroke) for stroke in strokes[: len(strokes) - back]]
            later += [(thing, stroke) for stroke in strokes[len(strokes) - back :]]
            if later and happens(0.3, rng):
                order, later = order + later, []
        order += later
        for stroke in self._clutter(hand, rng):
            order.insert(whole((0, len(order)), rng), (NOBODY, stroke))
        return order

    def _clutter(self, hand: Hand, rng: np.random.Generator) -> list[Drawn]:
        """Return strokes of no object."""
        options, strokes = self._options, list[Drawn]()
        for _ in range(whole(options.clutter, rng)):
            one = invented(shipped(CLUTTER), number(CLUTTER_SIZE, rng) * options.canvas_px, options.hand, rng)
            strokes += one.drawn(rng.random(2) * options.canvas_px, hand, rng)
        return strokes


def _covered(middles: Points, half: Points, boxes: Points) -> Points:
    """Return how much of other boxes a box would cover at each of some places, square pixels."""
    low, high = middles - half, middles + half
    common = np.minimum(high[:, None], boxes[None, :, 2:]) - np.maximum(low[:, None], boxes[None, :, :2])
    covered: Points = common.clip(min=0).prod(axis=2).sum(axis=1)
    return covered
