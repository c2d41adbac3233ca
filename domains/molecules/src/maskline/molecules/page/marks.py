"""The marks a page is made of."""

from collections.abc import Callable
from typing import NamedTuple

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Measure = Callable[[str, str, float], Box]
"""(text, font, cap height) -> the ink's box, from the left end of the baseline."""


class Text(NamedTuple):
    """A line of ASCII text.  x, y: left end of its baseline."""

    text: str
    x: float
    y: float
    cap_height: float
    font: str


class Stroke(NamedTuple):
    """An open polyline with a width, pixels: its ends are flat, its pieces run on by half the width at corners."""

    points: tuple[Point, ...]
    width: float


class Filled(NamedTuple):
    """A filled polygon."""

    points: tuple[Point, ...]


class Neighbour(NamedTuple):
    """Another structure.  shift: where the left top of its own ink box lies."""

    shift: Point


Mark = Text | Stroke | Filled | Neighbour


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """Move a mark."""
    match mark:
        case Text():
            return mark._replace(x=mark.x + dx, y=mark.y + dy)
        case Neighbour():
            return Neighbour((mark.shift[0] + dx, mark.shift[1] + dy))
        case _:
            return mark._replace(points=tuple((x + dx, y + dy) for x, y in mark.points))
