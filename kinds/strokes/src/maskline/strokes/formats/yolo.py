"""YOLO's text files: a line for each object, `class cx cy w h`, in detections with its score behind.

Classes are numbers, from 0, in the order of data.yaml; centres and sides are shares of the picture's sides.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.strokes.painting import Frame
from maskline.strokes.sketch import Sketch, Stroke


@dataclass(frozen=True, slots=True)
class Detection:
    """One object that a detector found.

    category: its class's number.  box: left, top, right and bottom, 0..1.  score: 0..1.
    """

    category: int
    box: tuple[float, float, float, float]
    score: float

    @property
    def area(self) -> float:
        """As a share of the picture."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


def labels_of(sketch: Sketch, frame: Frame, objects: Sequence[str], width_px: float) -> str:
    """Return the label file of a sketch.

    frame: of its picture.  objects: classes in their order.  width_px: of a line.
    """
    lines = []
    for thing in sketch.things:
        points = np.concatenate([_pixels(sketch.strokes[number], frame) for number in thing.strokes])
        sides = frame.width, frame.height
        low, high = (
            (end.clip(0, sides) / sides) for end in (points.min(0) - width_px / 2, points.max(0) + width_px / 2)
        )
        numbers = [*((low + high) / 2).tolist(), *(high - low).tolist()]
        lines.append(" ".join([str(objects.index(thing.category)), *(f"{number:.6f}" for number in numbers)]))
    return "".join(f"{line}\n" for line in lines)


def detections(text: str, where: str) -> list[Detection]:
    """Read a file of detections; without scores they are sure.  where: what errors call it.

    Raises InvalidInput naming the first line that is none.
    """
    lines = enumerate(text.splitlines(), 1)
    return [_detection(line.split(), f"{where}: line {number}") for number, line in lines if line.strip()]


def strokes_in(sketch: Sketch, found: Sequence[Detection], frame: Frame) -> list[tuple[int, ...]]:
    """Return which strokes belong to each detection: a stroke to the box that holds most of its points.

    Of boxes that hold as many it is the smallest, then the first; a stroke no point of which is in a box is in none.
    frame: of the picture in which they were detected.
    """
    inside = np.zeros((len(sketch.strokes), len(found)), dtype=np.intp)
    for number, stroke in enumerate(sketch.strokes):
        points = _pixels(stroke, frame) / (frame.width, frame.height)
        for place, one in enumerate(found):
            left, top, right, bottom = one.box
            inside[number, place] = ((points >= (left, top)) & (points <= (right, bottom))).all(axis=1).sum()
    order = sorted(range(len(found)), key=lambda place: found[place].area)
    owner = {number: max(order, key=lambda place: row[place]) for number, row in enumerate(inside.tolist()) if any(row)}
    return [tuple(number for number, own in owner.items() if own == place) for place in range(len(found))]


def _pixels(stroke: Stroke, frame: Frame) -> NDArray[np.float64]:
    pixels: NDArray[np.float64] = (stroke.points - (frame.left, frame.top)) * frame.scale + frame.margin
    return pixels


def _detection(words: Sequence[str], where: str) -> Detection:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) not in {5, 6} or not all(map(math.isfinite, numbers)):
        raise InvalidInput(f"{where}: '{' '.join(words)}' must be five or six numbers: class cx cy w h [score]")
    category, x, y, width, height, score = (*numbers, 1.0)[:6]
    if category < 0 or category != int(category) or width <= 0 or height <= 0 or not 0 <= score <= 1:
        raise InvalidInput(
            f"{where}: '{' '.join(words)}': the class must be a whole number, w and h above 0, the score 0 to 1"
        )
    return Detection(int(category), (x - width / 2, y - height / 2, x + width / 2, y + height / 2), score)
