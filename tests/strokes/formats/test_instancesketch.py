"""InstanceSketch's JSON: read, what is wrong with it told, and written so that it is read back."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from maskline.strokes.formats import instancesketch
from maskline.strokes.formats.reading import Reading
from maskline.strokes.sketch import Part, Sketch, Thing
from tests.strokes.formats.conftest import told

Read = Callable[..., Reading]
LINES = [[[0, 0], [1, 2]], [[3, 3], [4, 4], [5, 5]], [[9, 9]]]
SEGMENTS = [["wheel", "wheel"], ["frame", "wheel", "frame"], ["unlabeled"]]


def document(**fields: Any) -> str:
    return json.dumps({"lines": LINES, "segments": SEGMENTS} | fields)


def test_a_strokes_part_is_the_label_that_most_of_its_points_have(reading: Read) -> None:
    found = reading(document(), "car/0001.json")

    (sketch,) = found.sketches
    assert sketch.name == "car/0001"
    assert [stroke.points.tolist() for stroke in sketch.strokes] == LINES
    parts = [Part(name, (number,), crowd=True) for number, name in enumerate(("wheel", "frame", "unlabeled"))]
    assert sketch.things == (Thing("car", (0, 1, 2), tuple(parts)),)
    assert found.remarks == ["car/0001.json: 1 strokes have points of several labels; the commonest counts"]


def test_a_sketch_without_labels_is_read_without_parts(reading: Read) -> None:
    (sketch,) = reading(json.dumps({"lines": LINES}), "car/0001.json").sketches

    assert sketch.things == (Thing("car", (0, 1, 2)),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "car/a.json: it is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "car/a.json: it is [], it must be a JSON object"),
        ('{"name": 1}', "car/a.json: it is no sketch: it has neither lines (InstanceSketch) nor scene_strokes (CAVT)"),
        (document(lines=[]), "car/a.json: lines = [], it must be a list of strokes, one at least"),
        (document(lines=[*LINES[:2], []]), "car/a.json: stroke 2: it has no points, it must have one at least"),
        (
            document(lines=[*LINES[:2], [[1, float("nan")]]]),
            "car/a.json: stroke 2: point 0 is [1, nan], it must be two finite numbers [x, y]",
        ),
        (
            document(lines=[*LINES[:2], [[1, 2], [1, 2, 3]]]),
            "car/a.json: stroke 2: point 1 is [1, 2, 3], it must be two finite numbers [x, y]",
        ),
        (
            document(lines=[*LINES[:2], [["1", "2"]]]),
            "car/a.json: stroke 2: point 0 is ['1', '2'], it must be two finite numbers [x, y]",
        ),
        (document(lines=[*LINES[:2], 7]), "car/a.json: stroke 2: it is 7, it must be a list of points [x, y]"),
        (document(segments=[["a"]]), "car/a.json: segments has 1 lists, it must have one for each of the 3 strokes"),
        (
            document(segments=[*SEGMENTS[:2], ["a", "b"]]),
            "car/a.json: stroke 2: it has 2 labels for 1 points, it must have one for each",
        ),
        (
            document(segments=[*SEGMENTS[:2], [3]]),
            "car/a.json: stroke 2: its labels are [3], they must be a list of texts",
        ),
        (document(instances=[1, 2]), "car/a.json: instances = [1, 2], it must be 3 whole numbers, -1 or more"),
        (document(more=float("inf")), "car/a.json: one of more holds NaN or infinity, which are no JSON"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_its_value_and_the_rule(text: str, problem: str, reading: Read) -> None:
    found = reading(text, "car/a.json")

    assert problem in found.problems
    assert not found.sketches


def test_a_class_must_be_a_name(reading: Read) -> None:
    assert reading(document(), "a.json").problems == ["a.json: class '': it must have a name without /"]


def test_what_is_written_is_read_back_to_the_last_digit(car: Sketch, reading: Read) -> None:
    (back,) = reading(instancesketch.write(car), "car/one.json").sketches

    assert told(back) == told(car)


def test_a_sketch_of_no_known_object_is_written_without_labels(car: Sketch) -> None:
    written = json.loads(instancesketch.write(replace(car, things=())))

    assert {label for labels in written["segments"] for label in labels} == {"unlabeled"}
