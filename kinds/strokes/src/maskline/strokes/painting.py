"""Sketches as pixels: lines of one width, smooth at their edges."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maskline.strokes.sketch import Sketch, Stroke

if TYPE_CHECKING:  # who only names kinds has no use for numpy
    import numpy as np
    from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a sketch lies in its picture: pixel = (point - origin) * scale + margin.

    left, top: the origin, in the sketch's units.  scale: pixels per unit.  margin, width, height: pixels.
    """

    left: float
    top: float
    scale: float
    margin: float
    width: int
    height: int


def frame_of(sketch: Sketch, longer_px: int = 256) -> Frame:
    """Return the picture of a sketch, cut to what is drawn.  longer_px: pixels of its longer side."""
    left, top, right, bottom = sketch.bounds()
    scale, margin = longer_px * (1 - 2 * MARGIN) / max(right - left, bottom - top, 1e-9), longer_px * MARGIN
    sides = (max(1, round(side * scale + 2 * margin)) for side in (right - left, bottom - top))
    return Frame(left, top, scale, margin, *sides)


def paint(
    sketch: Sketch,
    colours: Sequence[RGB] | None = None,
    longer_px: int = 256,
    width_px: float = 2.0,
    marked: Collection[int] = (),
) -> "NDArray[np.uint8]":
    """Return a picture of a sketch, (H, W, 3) RGB, cut to what is drawn.

    colours: of each stroke; black unless told otherwise.  longer_px: pixels of the picture's longer side.
    width_px: how wide a line is.  marked: numbers of strokes that lie on a pale red band.
    """
    given = colours or [INK] * len(sketch.strokes)
    lines = [(sketch.strokes[number], MARK, MARK_WIDTHS * width_px) for number in sorted(marked)]
    lines += [(stroke, colour, width_px) for stroke, colour in zip(sketch.strokes, given, strict=True)]
    return _drawn(lines, frame_of(sketch, longer_px), "RGB", PAPER)


def covered(strokes: Iterable[Stroke], frame: Frame, width_px: float) -> "NDArray[np.bool_]":
    """Return the pixels of a picture that some strokes cover by half at least, (H, W)."""
    return _drawn(((stroke, 255, width_px) for stroke in strokes), frame, "L", 0) >= 128


def _drawn(lines: Iterable[tuple[Stroke, Any, float]], frame: Frame, mode: str, paper: Any) -> "NDArray[np.uint8]":
    """Draw strokes, each in its colour and so many pixels wide, on paper of Pillow's `mode`."""
    import numpy as np
    from PIL import Image, ImageDraw

    picture = Image.new(mode, (frame.width * SMOOTHING, frame.height * SMOOTHING), paper)
    pen = ImageDraw.Draw(picture)
    for stroke, colour, width_px in lines:
        thick = max(1, round(width_px * SMOOTHING))
        points = ((stroke.points - (frame.left, frame.top)) * frame.scale + frame.margin) * SMOOTHING
        way = [(float(x), float(y)) for x, y in points]
        if len(way) > 1:
            pen.line(way, fill=colour, width=thick, joint="curve")
        for x, y in (way[0], way[-1]):
            pen.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=colour)
    return np.asarray(picture.resize((frame.width, frame.height), Image.Resampling.BOX))


def colours_of(sketch: Sketch, colour: dict[str, str]) -> list[RGB]:
    """Return the colour of each stroke: its part's, else its object's, else grey.  colour: class name -> "#rrggbb"."""
    found: list[RGB] = [(165, 165, 165)] * len(sketch.strokes)
    for thing in sketch.things:
        for number in thing.strokes:
            found[number] = rgb(colour[thing.category])
        for part in thing.parts:
            for number in part.strokes:
                found[number] = rgb(colour[f"{thing.category}/{part.name}"])
    return found


def rgb(colour: str) -> RGB:
    """Return a category's colour, "#rrggbb", as three numbers 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
