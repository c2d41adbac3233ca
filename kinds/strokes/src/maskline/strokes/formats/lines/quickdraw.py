"""Quick, Draw!: one drawing of one object a line, `word` says which.

Simplified drawings have strokes [[x, ...], [y, ...]], raw ones the time in milliseconds as a third list. What else a
line tells (key_id, recognized, countrycode, timestamp) is kept and given back.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.config import canonical_json
from maskline.strokes.formats import points
from maskline.strokes.formats.file import File, besides
from maskline.strokes.formats.numbers import plain
from maskline.strokes.sketch import Sketch, Stroke, Thing

LARGEST = 255
"""The longer side of a simplified drawing."""
SPACING = 1.0
EPSILON = 2.0
"""How far a simplified line may be from the drawn one (Ramer, Douglas and Peucker)."""


def sketch_of(document: dict[str, Any], file: File, name: str, where: str, problems: list[str]) -> Sketch | None:
    """Return the drawing of one line, or None and problems.  name: what it is called.  where: what problems call it."""
    before = len(problems)
    strokes = [
        points.of_lists(lists, f"{where}: stroke {number}", problems)
        for number, lists in enumerate(document["drawing"])
    ]
    word = document.get("word", file.stem)
    if not isinstance(word, str) or not word:
        problems.append(f"{where}: word = {word!r}, it must be a text")
    extra = besides(document, ("drawing",), where, problems)
    if len(problems) > before:
        return None
    thing = Thing(word, tuple(range(len(strokes))))
    return Sketch(name, tuple(stroke for stroke in strokes if stroke), None, (thing,), extra)


def line_of(sketch: Sketch, *, simplified: bool = False) -> bytes:
    """Return the line of a sketch of one object at most, with its end.

    simplified: as the simplified drawings are made: moved to 0 and scaled to 255, a point every unit, of which those
    stay that the line needs to be true to EPSILON, in whole numbers and without times.
    """
    strokes = smaller(sketch) if simplified else sketch.strokes
    drawing = [
        [*map(plain, stroke.points.T), *([] if stroke.times is None else [plain(stroke.times)])] for stroke in strokes
    ]
    word = {"word": sketch.things[0].category} if sketch.things else {}
    return canonical_json(dict(sketch.extra) | word | {"drawing": drawing}) + b"\n"


def smaller(sketch: Sketch) -> list[Stroke]:
    """Return a sketch's strokes simplified."""
    left, top, right, bottom = sketch.bounds()
    scale = LARGEST / (max(right - left, bottom - top) or 1)
    moved = [(stroke.points - (left, top)) * scale for stroke in sketch.strokes]
    return [Stroke(_needed(_evenly(points)).round()) for points in moved]


def _evenly(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points of a line SPACING apart along its way, and its end."""
    way = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    at = np.append(np.arange(0, way[-1], SPACING), way[-1])
    return np.stack([np.interp(at, way, axis) for axis in line.T], axis=1)


def _needed(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points without which a line would be more than EPSILON from itself, its ends among them."""
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        distances = _distances(line[first + 1 : last], line[first], line[last])
        worst = int(distances.argmax())
        if distances[worst] > EPSILON:
            middle = first + 1 + worst
            kept.add(middle)
            waiting += [(first, middle), (middle, last)]
    return line[sorted(kept)]


def _distances(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far points are from the stretch between two others."""
    along, square = end - start, float(((end - start) ** 2).sum())
    share = ((points - start) @ along / square).clip(0, 1) if square else np.zeros(len(points))
    distances: NDArray[np.float64] = np.hypot(*(points - start - share[:, None] * along).T)
    return distances
