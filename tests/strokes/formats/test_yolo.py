"""YOLO's text files: boxes of objects out, detections in, and which strokes are whose."""

import numpy as np
import pytest

from maskline.contract.errors import InvalidInput
from maskline.strokes.formats.yolo import Detection, detections, labels_of, strokes_in
from maskline.strokes.painting import Frame
from maskline.strokes.sketch import Sketch, Stroke, Thing

CANVAS = Frame(0, 0, 1, 0, 200, 100)


def scene() -> Sketch:
    lines = ([[10, 10], [50, 30]], [[100, 50], [150, 90]], [[40, 20], [60, 20], [70, 20]], [[199, 99]])
    strokes = tuple(Stroke(np.array(line, dtype=np.float64)) for line in lines)
    return Sketch("s", strokes, (200, 100), (Thing("sun", (0,)), Thing("car", (1, 3))))


def test_a_line_is_the_box_of_an_object_with_its_lines_width_inside_the_picture() -> None:
    assert labels_of(scene(), CANVAS, ["car", "sun"], 4) == (
        "1 0.150000 0.200000 0.220000 0.240000\n0 0.745000 0.740000 0.510000 0.520000\n"
    )


def test_labels_are_read_back_as_detections_that_are_sure() -> None:
    sun, car = detections(labels_of(scene(), CANVAS, ["car", "sun"], 0), "a.txt")

    assert (sun.category, sun.score) == (1, 1)
    assert np.allclose(sun.box, (0.05, 0.1, 0.25, 0.3))
    assert np.allclose(car.box, (0.5, 0.5, 0.995, 0.99))


def test_a_stroke_belongs_to_the_box_that_holds_most_of_its_points() -> None:
    left, right = Detection(0, (0, 0, 0.26, 1), 0.9), Detection(1, (0.26, 0, 0.8, 1), 0.2)

    assert strokes_in(scene(), [left, right], CANVAS) == [(0,), (1, 2)]


@pytest.mark.parametrize("order", [1, -1])
def test_of_boxes_that_hold_as_many_points_the_smaller_one_has_the_stroke(order: int) -> None:
    small, large = Detection(0, (0, 0, 0.45, 0.5), 0.2), Detection(1, (0, 0, 0.6, 1), 0.9)

    assert strokes_in(scene(), [small, large][::order], CANVAS) == [(0, 2), (1,)][::order]


def test_without_detections_no_stroke_belongs_anywhere() -> None:
    assert strokes_in(scene(), [], CANVAS) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("0 0.5 0.5 0.1", "'0 0.5 0.5 0.1' must be five or six numbers: class cx cy w h [score]"),
        ("car 0.5 0.5 0.1 0.1", "must be five or six numbers"),
        ("0 nan 0.5 0.1 0.1", "must be five or six numbers"),
        ("0.5 0.5 0.5 0.1 0.1", "the class must be a whole number, w and h above 0, the score 0 to 1"),
        ("0 0.5 0.5 0 0.1", "w and h above 0"),
        ("0 0.5 0.5 0.1 0.1 1.5", "the score 0 to 1"),
    ],
)
def test_a_line_that_is_no_detection_is_told(line: str, told: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        detections(f"0 0.5 0.5 0.1 0.1 0.7\n\n{line}\n", "scene.txt")
    assert str(raised.value).startswith("scene.txt: line 3: ")
    assert told in str(raised.value)
