"""One stroke: a line as it is meant, and as a pen draws it.

P: points of a line   Q: points of a stroke
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.contract.drawing.ranges import happens, number
from maskline.sketches.hand.options import HandOptions

Points = NDArray[np.float64]
LEAST_POINTS = 3
MOST_POINTS = 400
SLOWING = 0.09
"""How much later than evenly a slow hand is a quarter of the way, over the way; below 1/2π, so it never turns back."""
WAVES = np.array([0.55, 1.3, 2.4, 4.1])
"""How often slow waves swing along a stroke."""
HEIGHTS = np.array([1, 0.5, 0.3, 0.2])[:, None]


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand, which draws a whole sketch.

    sloppy: how much of what `options` say it does.  spacing: between points, pixels.  rounding: of corners, over an
    object's longer side.  slow: at the ends of strokes.
    """

    options: HandOptions
    sloppy: float
    spacing: float
    rounding: float
    slow: bool

    @classmethod
    def taken(cls, options: HandOptions, rng: np.random.Generator) -> "Hand":
        """Return a hand."""
        sloppy, spacing = number(options.sloppiness, rng), number(options.spacing_px, rng)
        return cls(options, sloppy, spacing, number(options.rounding, rng), happens(options.slowing, rng))


@dataclass(frozen=True, slots=True)
class Pen:
    """The pen of a hand at one object.  size: of the object's longer side, pixels."""

    hand: Hand
    size: float

    def stroke(self, line: Points, rng: np.random.Generator) -> Points:
        """Draw a line, (P, 2) pixels.  Returns (Q, 2) pixels; Q is at least 2."""
        luck = rng.standard_normal(13)
        closed = len(line) > 3 and bool((np.abs(line[0] - line[-1]) < 1e-6).all())
        line = self._astray(line, luck[:5])
        steps = np.hypot(*np.diff(line, axis=0).T)
        way = np.concatenate([[0.0], steps.cumsum()])
        length = max(float(way[-1]), 1e-6)
        start, stop = self._reach(length, luck[5:7], closed=closed)
        count = int(min(max((stop - start) / self.hand.spacing, LEAST_POINTS), MOST_POINTS)) + 1
        share = np.linspace(0, 1, count)
        if self.hand.slow:
            share -= SLOWING * np.sin(2 * np.pi * share)
        at = start + (stop - start) * share
        points = _along(line, way, at, closed=closed)
        if closed:
            points += (share[:, None] - 0.3) * luck[7:9] * self._much(self.hand.options.drift)
        points = self._rounded(points, (stop - start) / (count - 1))
        return points + self._unsteady(share, length, luck[9:], rng)

    def _much(self, share: float) -> float:
        return share * self.size * self.hand.sloppy

    def _astray(self, line: Points, luck: Points) -> Points:
        middle = line.mean(axis=0)
        x, y = (1 + luck[:2] * self.hand.options.resized * self.hand.sloppy).tolist()
        turn = math.radians(float(luck[4]) * self.hand.options.tilted * self.hand.sloppy)
        cos, sin = math.cos(turn), math.sin(turn)
        moved: Points = (line - middle) @ np.array([[x * cos, x * sin], [-y * sin, y * cos]])
        moved += middle + luck[2:4] * self._much(self.hand.options.astray)
        return moved

    def _reach(self, length: float, luck: Points, *, closed: bool) -> tuple[float, float]:
        """Return where along the line the stroke begins and ends, beyond its ends where it overshoots."""
        if closed:
            return 0.0, length * (1 + min(max(float(luck[0]) * self.hand.options.gap * self.hand.sloppy, -0.12), 0.2))
        most = 0.25 * length
        before, after = np.clip(luck * self._much(self.hand.options.overshoot), -most / 2, most).tolist()
        return -before, length + after

    def _rounded(self, points: Points, step: float) -> Points:
        reach = min(int(self.hand.rounding * self.size / step / 2), (len(points) - 1) // 4)
        if reach < 1:
            return points
        padded = np.concatenate([points[:1].repeat(reach, 0), points, points[-1:].repeat(reach, 0)])
        sums = np.concatenate([np.zeros((1, 2)), padded.cumsum(axis=0)])
        width = 2 * reach + 1
        smooth: Points = (sums[width:] - sums[:-width]) / width
        smooth[0], smooth[-1] = points[0], points[-1]
        return smooth

    def _unsteady(self, share: Points, length: float, luck: Points, rng: np.random.Generator) -> Points:
        height = self.hand.options.wobble * self.hand.sloppy * min(length, 1.5 * self.size) * 0.5
        phases = np.outer(share, 2 * np.pi * WAVES) + 3 * luck
        waves = np.sin(phases) @ (HEIGHTS * (rng.standard_normal((4, 2)) * height))
        return waves + rng.standard_normal((len(share), 2)) * (self.hand.options.tremor_px * self.hand.sloppy)


def _along(line: Points, way: Points, at: Points, *, closed: bool) -> Points:
    """Return the places at so much of the way; beyond the ends, straight on, or once more around a ring."""
    length = way[-1]
    inside = np.where(at > length, at - length, at) if closed else np.clip(at, 0, length)
    points = np.stack([np.interp(inside, way, line[:, 0]), np.interp(inside, way, line[:, 1])], axis=1)
    if not closed and length > 0:
        for beyond, end, near in ((np.minimum(at, 0), 0, 1), (np.maximum(at - length, 0), -1, -2)):
            direction = line[end] - line[near]
            norm = float(np.hypot(*direction))
            if norm > 0 and beyond.any():
                points += np.abs(beyond)[:, None] * (direction / norm)
    return points
