"""Shapes as lines: each one line of the pen as it is meant, before a hand draws it.

P: points of a line
Coordinates are those of the piece's box. A line whose end is its start is closed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.drawing.ranges import happens, number, whole
from maskline.sketches.grammar.curves import BUMP, CIRCLE, jointed, spline
from maskline.sketches.grammar.shapes import (
    Arc,
    Bumps,
    Dot,
    Ellipse,
    Path,
    Petal,
    Scribble,
    Shape,
    Spiral,
    Star,
    Zigzag,
)

Points = NDArray[np.float64]
TURN = 2 * np.pi


def line(shape: Shape, rng: np.random.Generator) -> Points:
    """Return a shape as a line, (P, 2)."""
    drawn: Points = _DRAWN[shape.kind](shape, rng)
    return drawn


def _ellipse(shape: Ellipse, rng: np.random.Generator) -> Points:
    return _on_circle(CIRCLE + np.radians(number(shape.start, rng)))


def _arc(shape: Arc, rng: np.random.Generator) -> Points:
    start = np.radians(number(shape.start, rng))
    return _on_circle(start + np.linspace(0, np.radians(number(shape.sweep, rng)), 25))


def _path(shape: Path, rng: np.random.Generator) -> Points:
    points = np.array(shape.points)
    if shape.loose:
        points += rng.standard_normal(points.shape) * shape.loose
    if shape.smooth and len(points) > 2:
        return spline(points, closed=shape.closed)
    return np.concatenate([points, points[:1]]) if shape.closed else points


def _bumps(shape: Bumps, rng: np.random.Generator) -> Points:
    count, sweep = max(2, whole(shape.count, rng)), number(shape.sweep, rng)
    widths = 1 + (rng.random(count) * 2 - 1) * shape.uneven
    ends = np.concatenate([[0], widths.cumsum() / widths.sum()])
    corners = _on_circle(np.radians(number(shape.start, rng) + ends * sweep))
    corners *= 1 + rng.standard_normal((count + 1, 1)) * shape.loose
    if sweep >= 360:
        corners[-1] = corners[0]
    line = _bulging(corners, number(shape.depth, rng) * (0.75 + 0.5 * rng.random(count)))
    if sweep < 360 and happens(shape.flat, rng):
        return np.concatenate([line, line[:1]])
    return line


def _star(shape: Star, rng: np.random.Generator) -> Points:
    count = max(3, whole(shape.count, rng))
    reach = np.ones(2 * count + 1)
    reach[::2] = number(shape.inner, rng)
    reach[1::2] += (rng.random(count) * 2 - 1) * shape.uneven
    turn = np.radians(number(shape.start, rng)) + np.linspace(0, TURN, 2 * count + 1)
    return _on_circle(turn) * reach[:, None]


def _zigzag(shape: Zigzag, rng: np.random.Generator) -> Points:
    count = 2 * max(1, whole(shape.count, rng)) + 1
    heights = np.ones(count) + rng.standard_normal(count) * shape.loose
    heights[1::2] *= -1
    points = np.stack([np.linspace(-1, 1, count), heights], axis=1)
    return spline(points, closed=False) if shape.smooth else points


def _petal(shape: Petal, rng: np.random.Generator) -> Points:
    base = number(shape.base, rng)
    turn = np.linspace(0, TURN, 31)
    up = (1 - np.cos(turn)) / 2
    if shape.tip == "round":
        across = -np.sin(turn) * (0.6 + 0.4 * up)
    else:
        up = 1 - np.abs(np.linspace(-1, 1, 31))
        across = -np.sin(np.pi * up**0.8) * np.sign(np.linspace(1, -1, 31))
    across -= base * (1 - up) * np.cos(turn / 2)
    return np.stack([across, up], axis=1)


def _spiral(shape: Spiral, rng: np.random.Generator) -> Points:
    turns = max(0.5, number(shape.turns, rng))
    along = np.linspace(0.03, 1, int(24 * turns) + 2)
    return _on_circle(TURN * (turns * along + rng.random())) * along[:, None]


def _scribble(shape: Scribble, rng: np.random.Generator) -> Points:
    count = 2 * max(1, whole(shape.count, rng))
    y = np.linspace(-0.93, 0.93, count)
    x = np.sqrt(1 - y**2) * (0.8 + 0.3 * rng.random(count))
    x[::2] *= -1
    turn = rng.normal(-0.7, 0.4)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)


def _dot(shape: Dot, rng: np.random.Generator) -> Points:
    del shape
    return rng.standard_normal((3, 2)) * 0.5


def _on_circle(turn: Points) -> Points:
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def _bulging(corners: Points, depths: Points) -> Points:
    """Return half an ellipse, bulging outwards, from each corner to the next.  depths: of each, over its width."""
    start, way = corners[:-1, None], np.diff(corners, axis=0)[:, None]
    outwards = np.stack([way[..., 1], -way[..., 0]], axis=-1)
    line = start + way * BUMP[:, :1] + outwards * BUMP[:, 1:] * depths[:, None, None]
    return jointed(line)


_DRAWN: dict[str, Callable[[Any, np.random.Generator], Points]] = {
    "ellipse": _ellipse,
    "arc": _arc,
    "path": _path,
    "bumps": _bumps,
    "star": _star,
    "zigzag": _zigzag,
    "petal": _petal,
    "spiral": _spiral,
    "scribble": _scribble,
    "dot": _dot,
}
