"""The outline of a cell, as a field that says how deep inside each pixel lies.

h, w: height and width of the window that a cell lies in, pixels.  Single precision, and nothing but sums, products,
quotients and roots of pixels: sines are of few numbers, and rounded, so that every processor gives the same bits.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maskline.cells.blur import grain
from maskline.cells.cell.family import Family
from maskline.contract.drawing.ranges import happens, number, whole

Floats = NDArray[np.float32]
BENDS = 6
"""Straight pieces of a process."""
OUTSIDE = np.float32(-1e6)
HALF_PIXEL = 0.5
"""The middle is taken to be so far from itself, where a direction has no sense."""
FRAYED_PX = 1.5
"""Size of what frays at a border."""
SPREAD = 0.35
"""How far from the body's length processes at its poles leave, radians; a standard deviation."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One cell in its window, wherever that lies in the picture.

    field: (h, w) pixels from the outline, negative outside.  middle: x and y of the body's middle in the window.
    axes: half length and half width of the body, pixels.  turn: of its length, radians.
    """

    family: Family
    field: Floats
    middle: tuple[int, int]
    axes: tuple[float, float]
    turn: float

    @property
    def radius(self) -> float:
        """Of a disc as large as the body, pixels."""
        return math.sqrt(self.axes[0] * self.axes[1])

    def along(self) -> tuple[Floats, Floats]:
        """Return how far each pixel is from the body's middle along its length and along its width, (h, w) pixels."""
        return _turned(*_grid(self.field.shape, self.middle), self.turn)


def shape(family: Family, rng: np.random.Generator) -> Shape:
    """Draw the outline of a cell of a family."""
    radius, stretch = number(family.radius_px, rng), math.sqrt(max(1.0, number(family.elongation, rng)))
    axes, turn = (radius * stretch, radius / stretch), number((0, 2 * math.pi), rng)
    bulges = _bulges(family, rng)
    paths = [_path(family, radius, turn, rng) for _ in range(whole(family.processes, rng))]
    most = 1 + sum(math.hypot(*bulge) for bulge in bulges)
    reach = max([axes[0] * most, *(math.hypot(x, y) + half for path in paths for x, y, half in path)])
    side = math.ceil(reach + 0.5 * radius) + 1
    field = _body((2 * side + 1, 2 * side + 1), side, axes, turn, bulges)
    if paths:
        field = _joined(field, _processes(field, side, paths), number(family.web, rng) * radius)
    frays = number(family.ragged_px, rng)
    ys, xs = np.nonzero(field > -2 * frays)
    top, left = int(ys.min()), int(xs.min())
    cut = np.ascontiguousarray(field[top : int(ys.max()) + 1, left : int(xs.max()) + 1])
    if frays:
        cut += grain(cut.shape, FRAYED_PX, rng) * np.float32(frays)
        cut[side - top, side - left] = max(cut[side - top, side - left], HALF_PIXEL)  # something is left
    return Shape(family, cut, (side - left, side - top), axes, turn)


def _bulges(family: Family, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return cosine and sine parts of the outline's waves, from two around it upwards, over the radius."""
    most, height = whole(family.lobes, rng), number(family.irregularity, rng)
    found = []
    for waves in range(2, most + 1):
        share, phase = height * rng.random() * 2 / waves**0.5, number((0, 2 * math.pi), rng)
        found.append((share * math.cos(phase), share * math.sin(phase)))
    return found


def _path(family: Family, radius: float, turn: float, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """Return places x, y along a process and half its width there, pixels, from the body's middle."""
    if happens(family.poles, rng):
        heading = turn + math.pi * whole((0, 1), rng) + SPREAD * rng.standard_normal()
    else:
        heading = number((0, 2 * math.pi), rng)
    curl = number(family.curl, rng) * (1 if happens(0.5, rng) else -1)
    step = number(family.process_length, rng) * radius / BENDS
    begin, end = number(family.process_width, rng) * radius, number(family.process_tip, rng) * radius
    x = y = 0.0
    path = [(x, y, begin)]
    for bend in range(1, BENDS + 1):
        x, y = x + step * math.cos(heading), y + step * math.sin(heading)
        path.append((x, y, end + (begin - end) * (1 - bend / BENDS) ** 2))
        heading += curl / BENDS
    return path


def _grid(size: tuple[int, ...], middle: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return (1, w) x and (h, 1) y of pixels, from the middle."""
    xs = np.arange(-middle[0], size[1] - middle[0], dtype=np.float32)[None]
    return xs, np.arange(-middle[1], size[0] - middle[1], dtype=np.float32)[:, None]


def _turned(xs: Floats, ys: Floats, turn: float) -> tuple[Floats, Floats]:
    cos, sin = np.float32(math.cos(turn)), np.float32(math.sin(turn))
    return xs * cos + ys * sin, ys * cos - xs * sin


def _body(
    size: tuple[int, int], side: int, axes: tuple[float, float], turn: float, bulges: list[tuple[float, float]]
) -> Floats:
    """Return how far each pixel is from the outline on the way from the middle.

    The outline is an ellipse whose radius is multiplied by 1 + sum over k of a_k cos(k angle) + b_k sin(k angle).
    """
    u, v = _turned(*_grid(size, (side, side)), turn)
    away = np.maximum(np.sqrt(u * u + v * v), np.float32(HALF_PIXEL))
    u, v = u / np.float32(axes[0]), v / np.float32(axes[1])
    scaled = np.maximum(np.sqrt(u * u + v * v), np.float32(HALF_PIXEL / math.sqrt(axes[0] * axes[1])))
    outline: Floats = np.ones(size, np.float32)
    if bulges:
        cos, sin = u / scaled, v / scaled
        c, s = cos, sin
        for a, b in bulges:
            c, s = c * cos - s * sin, c * sin + s * cos
            outline += np.float32(a) * c + np.float32(b) * s
    field: Floats = np.multiply(outline / scaled - np.float32(1), away)
    field[side, side] = max(field[side, side], HALF_PIXEL)  # what is smaller than a pixel has its middle
    return field


def _processes(field: Floats, side: int, paths: list[list[tuple[float, float, float]]]) -> Floats:
    """Return how deep each pixel lies in processes, each a row of tapered sticks; far outside, OUTSIDE."""
    deep = np.full(field.shape, OUTSIDE, np.float32)
    for path in paths:
        for (x, y, half), (to_x, to_y, to_half) in pairwise(path):
            margin = 2 * max(half, to_half) + 4
            left, right = math.floor(min(x, to_x) - margin) + side, math.ceil(max(x, to_x) + margin) + side + 1
            top, bottom = math.floor(min(y, to_y) - margin) + side, math.ceil(max(y, to_y) + margin) + side + 1
            window = deep[max(top, 0) : bottom, max(left, 0) : right]
            xs, ys = _grid(window.shape, (side - max(left, 0), side - max(top, 0)))
            dx, dy = to_x - x, to_y - y
            share = ((xs - np.float32(x)) * np.float32(dx) + (ys - np.float32(y)) * np.float32(dy)) / np.float32(
                dx * dx + dy * dy
            )
            share = np.minimum(np.maximum(share, 0), 1)
            off_x, off_y = xs - np.float32(x) - share * np.float32(dx), ys - np.float32(y) - share * np.float32(dy)
            inside = np.float32(half) + share * np.float32(to_half - half) - np.sqrt(off_x * off_x + off_y * off_y)
            np.maximum(window, inside, out=window)
    return deep


def _joined(one: Floats, other: Floats, web: float) -> Floats:
    """Return the union of two fields, with a skin between them where they meet.  web: pixels.

    The polynomial smooth maximum of I. Quilez, "Smooth minimum" (2013).
    """
    near = np.maximum(np.float32(web) - np.abs(one - other), 0)
    joined: Floats = np.maximum(one, other) + near * near / np.float32(4 * web + 1e-6)
    return joined
