"""Quick, Draw!: simplified and raw drawings, read and written, and what makes a raw one simple."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from maskline.strokes.formats.lines import quickdraw
from maskline.strokes.formats.reading import Reading
from maskline.strokes.sketch import Sketch, Stroke, Thing
from tests.strokes.formats.conftest import told

Read = Callable[..., Reading]
RAW = '{"word": "cat", "key_id": "5", "recognized": true, "drawing": [[[0, 1.5], [3, 4], [0, 17]], [[5], [5], [40]]]}'
SIMPLE = '{"word": "cat", "countrycode": "DE", "drawing": [[[0, 1], [3, 4]]]}'


def test_a_line_is_a_drawing_of_its_word_and_keeps_what_else_it_tells(reading: Read) -> None:
    raw, simple = reading(f"{RAW}\n\n{SIMPLE}\n", "some/animals.ndjson").sketches

    assert (raw.name, simple.name) == ("some/animals/5", "some/animals/line-3")
    assert [stroke.points.tolist() for stroke in raw.strokes] == [[[0, 3], [1.5, 4]], [[5, 5]]]
    assert raw.strokes[0].times is not None
    assert raw.strokes[0].times.tolist() == [0, 17]
    assert simple.strokes[0].times is None
    assert raw.things == (Thing("cat", (0, 1)),)
    assert raw.extra == {"word": "cat", "key_id": "5", "recognized": True}
    assert simple.extra == {"word": "cat", "countrycode": "DE"}


def test_a_line_without_a_word_is_of_the_files(reading: Read) -> None:
    (sketch,) = reading('{"drawing": [[[0, 1], [3, 4]]]}', "cat.ndjson").sketches

    assert sketch.things[0].category == "cat"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"word": "cat", "drawing": [[[0, 1], [3', "line 2: it is no JSON: "),
        ('{"word": "cat", "drawing": []}', "line 2: drawing = [], it must be a list of strokes, one at least"),
        ('{"word": "cat"}', "line 2: drawing = None, it must be a list of strokes, one at least"),
        (SIMPLE.replace("[3, 4]", "[3]"), "line 2: stroke 0: its lists have 2, 1 values, they must have as many"),
        (SIMPLE.replace("[3, 4]", "[3, NaN]"), "line 2: stroke 0: point 1: y = nan, it must be a finite number"),
        (SIMPLE.replace("[3, 4]", '[3, "4"]'), "line 2: stroke 0: its y are [3, '4'], they must be a list of numbers"),
        (SIMPLE.replace("[0, 1], [3, 4]", "[], []"), "line 2: stroke 0: it has no points, it must have one at least"),
        (SIMPLE.replace("[0, 1], [3, 4]", "[0, 1]"), "line 2: stroke 0: it is [[0, 1]], it must be two lists, x and y"),
        (SIMPLE.replace('"cat"', "7"), "line 2: word = 7, it must be a text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_its_value_and_the_rule(line: str, problem: str, reading: Read) -> None:
    found = reading(f"{RAW}\n{line}\n{RAW}", "cat.ndjson")

    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"cat.ndjson: {problem}")


def test_a_file_without_a_drawing_is_a_problem(reading: Read) -> None:
    assert reading("\n", "cat.ndjson").problems == ["cat.ndjson: there is no drawing in it"]


def test_what_is_written_is_read_back_times_and_extras_too(car: Sketch, reading: Read) -> None:
    timed = tuple(Stroke(stroke.points, np.linspace(0.5, 99, len(stroke.points))) for stroke in car.strokes)
    given = replace(car, strokes=timed, things=(Thing("car", (0, 1, 2, 3, 4, 5)),))

    (back,) = reading(quickdraw.line_of(given), "cars.ndjson").sketches

    assert told(replace(back, extra={})) == told(replace(given, extra={}))
    assert back.extra == {**given.extra, "word": "car"}


def test_a_simplified_drawing_is_255_large_and_true_to_two_units() -> None:
    turn = np.linspace(0, 2 * np.pi, 500)
    circle = Stroke(np.stack([1000 + 400 * np.cos(turn), 50 + 200 * np.sin(turn)], axis=1), turn)
    straight = Stroke(np.stack([np.linspace(600, 1400, 90), np.full(90, 50.0)], axis=1))

    line = json.loads(quickdraw.line_of(Sketch("a", (circle, straight)), simplified=True))

    round_one, flat = line["drawing"]
    assert flat == [[0, 255], [64, 64]]
    assert len(round_one) == 2
    assert (min(round_one[0]), max(round_one[0]), min(round_one[1])) == (0, 255, 0)
    assert 10 < len(round_one[0]) < 40
    x, y = np.array(round_one, dtype=float) - [[127.5], [63.75]]
    assert np.abs(np.hypot(x / 127.5, y / 63.75) - 1).max() < 3 / 63.75


def test_a_dot_stays_a_dot_when_simplified() -> None:
    line = json.loads(quickdraw.line_of(Sketch("a", (Stroke(np.array([[7.0, 7.0]])),)), simplified=True))

    assert line == {"drawing": [[[0], [0]]]}
