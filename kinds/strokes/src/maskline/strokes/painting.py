"""Sketches as pixels: lines of one width, smooth at their edges."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from maskline.strokes.sketch import Sketch

if TYPE_CHECKING:  # who only names kinds has no use for numpy
    import numpy as np
    from numpy.typing import NDArray
    from PIL import ImageDraw

SMOOTHING = 3
"""A pixel is the mean of so many by so many."""
MARGIN = 0.06
"""Of the longer side, around what is drawn."""
INK = (20, 20, 20)
PAPER = (255, 255, 255)
MARK = (255, 178, 168)
MARK_WIDTHS = 4.0
"""A marked stroke lies on a band so many times as wide."""
RGB = tuple[int, int, int]


def paint(
    sketch: Sketch,
    colours: Sequence[RGB] | None = None,
    longer_px: int = 256,
    width_px: float = 2.0,
    marked: Collection[int] = (),
) -> "NDArray[np.uint8]":
    """Return a picture of a sketch, (H, W, 3) RGB, cut to what is drawn.

    colours: of each stroke; black unless told otherwise.  longer_px: pixels of the picture's longer side.
    width_px: how wide a line is.  marked: strokes that lie on a pale red band.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    left, top, right, bottom = sketch.bounds()
    longer = max(right - left, bottom - top, 1e-9)
    scale = longer_px * SMOOTHING * (1 - 2 * MARGIN) / longer
    margin = longer_px * SMOOTHING * MARGIN
    width = max(SMOOTHING, round((right - left) * scale + 2 * margin))
    height = max(SMOOTHING, round((bottom - top) * scale + 2 * margin))
    picture = Image.new("RGB", (width, height), PAPER)
    pen, thick = ImageDraw.Draw(picture), max(1, round(width_px * SMOOTHING))
    ways = [[(float(x), float(y)) for x, y in (each.points - (left, top)) * scale + margin] for each in sketch.strokes]
    for number in sorted(marked):
        _line(pen, ways[number], MARK, round(MARK_WIDTHS * thick))
    for way, colour in zip(ways, colours or [INK] * len(ways), strict=True):
        _line(pen, way, colour, thick)
    small = picture.resize((max(1, width // SMOOTHING), max(1, height // SMOOTHING)), Image.Resampling.BOX)
    return np.asarray(small)


def _line(pen: "ImageDraw.ImageDraw", way: Sequence[tuple[float, float]], colour: RGB, thick: int) -> None:
    """Draw a line with round ends.  thick: pixels."""
    if len(way) > 1:
        pen.line(way, fill=colour, width=thick, joint="curve")
    for x, y in (way[0], way[-1]):
        pen.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=colour)


def colours_of(sketch: Sketch, colour: dict[str, str]) -> list[RGB]:
    """Return the colour of each stroke: its part's, else its object's, else grey.  colour: class name -> "#rrggbb"."""
    found: list[RGB] = [(165, 165, 165)] * len(sketch.strokes)
    for thing in sketch.things:
        for number in thing.strokes:
            found[number] = _rgb(colour[thing.category])
        for part in thing.parts:
            for number in part.strokes:
                found[number] = _rgb(colour[f"{thing.category}/{part.name}"])
    return found


def _rgb(colour: str) -> RGB:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
