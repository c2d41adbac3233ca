"""Files as they might come, and a sketch that holds all that a format may have to keep."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from maskline.strokes.formats.file import File
from maskline.strokes.formats.reading import Reading, read
from maskline.strokes.sketch import Part, Sketch, Stroke, Thing


@pytest.fixture
def reading() -> Callable[..., Reading]:
    """Read a text as the file of a path."""

    def reading(text: str | bytes, path: str, parts: Sequence[str] = ()) -> Reading:
        name = path.partition(".")[0]
        data = text if isinstance(text, bytes) else text.encode()
        return read(File(path, name, name.split("/")[:-1], data, parts=parts))

    return reading


@pytest.fixture
def car() -> Sketch:
    """Two wheels told apart, a window of two strokes nobody told apart, a stroke without a part, a dot, extras."""
    strokes = (
        Stroke(np.array([[1.5, 2.0], [3.25, 4.0], [1e-7, 8.0]])),
        Stroke(np.array([[9.0, 9.0]])),
        Stroke(np.array([[0.1, 0.2], [0.30000000000000004, -4.0]])),
        Stroke(np.array([[5.0, 5.0], [6.0, 5.0], [6.0, 6.0], [5.0, 5.0]])),
        Stroke(np.array([[1e20, 1.0], [8.0, 1.0]])),
        Stroke(np.array([[7.0, 7.0], [7.0, 7.0]])),
    )
    parts = (Part("wheel", (2,)), Part("wheel", (0, 1)), Part("side window, glass", (3, 5), crowd=True))
    extra = {"note": 'a <note> & "so on"', "year": [1, 2]}
    return Sketch("car/one", strokes, None, (Thing("car", (0, 1, 2, 3, 4, 5), parts),), extra)


def told(sketch: Sketch) -> tuple[object, ...]:
    """Return all that a sketch tells, without its name and size, in a form that can be compared."""
    times = [None if stroke.times is None else stroke.times.tolist() for stroke in sketch.strokes]
    things = [
        (thing.category, thing.strokes, sorted(thing.parts, key=lambda part: part.strokes)) for thing in sketch.things
    ]
    return [stroke.points.tolist() for stroke in sketch.strokes], times, things, dict(sketch.extra)
