"""What a hand makes of the lines of one object: pauses, strokes that go on into the next one, strokes drawn twice.

P: points of a stroke
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskline.contract.drawing.ranges import happens
from maskline.sketches.grammar.building import Line, Owner
from maskline.sketches.hand.options import HandOptions
from maskline.sketches.hand.pen import Hand, Pen

Points = NDArray[np.float64]
NEAR = 0.09
"""A stroke may go on into one that begins so near, over the object's longer side."""
SHORTEST_SPLIT = 0.15
"""Shorter strokes, over the object's longer side, are not cut in two."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stroke and what it is of.  points: (P, 2), pixels."""

    points: Points
    owner: Owner


def drawn(lines: Sequence[Line], hand: Hand, size: float, rng: np.random.Generator) -> list[Drawn]:
    """Draw lines, pixels, in their order.  size: of the object's longer side, pixels."""
    options, sloppy, pen = hand.options, hand.sloppy, Pen(hand, size)
    strokes: list[Drawn] = []
    for line in lines:
        points = line.points[::-1] if happens(options.reversed, rng) else line.points
        stroke = Drawn(pen.stroke(points, rng), line.owner)
        if happens(options.retraced * sloppy, rng):
            strokes.append(Drawn(pen.stroke(points, rng), line.owner))
        strokes += _split(stroke, size, rng) if happens(options.split * sloppy, rng) else [stroke]
    return _merged(strokes, options, size, rng)


def _split(stroke: Drawn, size: float, rng: np.random.Generator) -> list[Drawn]:
    points = stroke.points
    if len(points) < 8 or np.hypot(*np.ptp(points, axis=0)) < SHORTEST_SPLIT * size:
        return [stroke]
    at = int(len(points) * (0.2 + 0.6 * rng.random()))
    lifted = rng.standard_normal(2) * 0.006 * size
    return [replace(stroke, points=points[:at]), replace(stroke, points=points[at - 1 :] + lifted)]


def _merged(strokes: list[Drawn], options: HandOptions, size: float, rng: np.random.Generator) -> list[Drawn]:
    """Let strokes go on into the next one; what comes of two parts is labelled as the longer one."""
    kept: list[Drawn] = []
    for stroke in strokes:
        if kept and (joined := _joined(kept[-1], stroke, options, NEAR * size, rng)):
            kept[-1] = joined
        else:
            kept.append(stroke)
    return kept


def _joined(first: Drawn, second: Drawn, options: HandOptions, near: float, rng: np.random.Generator) -> Drawn | None:
    same = first.owner.instance == second.owner.instance
    share = options.merged * (1 if same else options.foreign)
    if not happens(share, rng) or (not same and first.owner.leg != second.owner.leg):
        return None
    gap = second.points[0] - first.points[-1]
    if abs(gap[0]) > near or abs(gap[1]) > near:
        return None
    owner = first.owner if _length(first.points) >= _length(second.points) else second.owner
    return Drawn(np.concatenate([first.points, second.points]), owner)


def _length(points: Points) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
