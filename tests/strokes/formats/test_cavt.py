"""Scenes of CAVT: steps of a pen, objects one after another."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from maskline.strokes.formats.reading import Reading
from maskline.strokes.sketch import Thing

Read = Callable[..., Reading]
SCENE = {
    "img_w": 1100,
    "img_h": 770.0,
    "scene_strokes": [[5, 6, 0], [1, 0, 1], [2, 2, 1], [0, 1, 0.0], [0, 1, 1.0]],
    "object_divisions": [0, 2, 3],
    "gt_class_names": ["sun", "picnic table"],
    "gt_classes": [7, 8],
}


def test_steps_become_strokes_and_divisions_objects(reading: Read) -> None:
    (scene,) = reading(json.dumps(SCENE), "0000.json").sketches

    assert [stroke.points.tolist() for stroke in scene.strokes] == [[[5, 6], [6, 6]], [[8, 8]], [[8, 9], [8, 10]]]
    assert scene.things == (Thing("sun", (0, 1)), Thing("picnic table", (2,)))
    assert (scene.name, scene.size, scene.extra) == ("0000", (1100, 770), {"gt_classes": [7, 8]})


def test_a_last_stroke_whose_pen_is_never_lifted_is_one_too(reading: Read) -> None:
    steps = [*SCENE["scene_strokes"][:-1], [0, 1, 0]]  # type: ignore[index]

    assert reading(json.dumps(SCENE | {"scene_strokes": steps}), "a.json").sketches[0].strokes[2].points.tolist() == [
        [8, 9],
        [8, 10],
    ]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        (
            "scene_strokes",
            [],
            "scene_strokes = [], it must be a list of steps [dx, dy, lifted] of finite numbers, one at",
        ),
        ("scene_strokes", [[1, 2, float("inf")]], "scene_strokes = [[1, 2, inf]], it must be a list of steps"),
        ("scene_strokes", [[1, 2], [1]], "scene_strokes = [[1, 2], [1]], it must be a list of steps"),
        ("object_divisions", [0, 2, 2], "object_divisions = [0, 2, 2], it must be a list of rising whole numbers"),
        ("object_divisions", [0, 2, 4], "object_divisions = [0, 2, 4], the drawing has only 3 strokes"),
        ("gt_class_names", ["sun"], "gt_class_names has 1 names, object_divisions must have one more, not 3"),
        ("gt_class_names", [1, 2], "gt_class_names = [1, 2], it must be a list of texts"),
        ("img_w", "wide", "img_w, img_h = ['wide', 770.0], they must be numbers above 0"),
    ],
)
def test_what_is_wrong_is_told_with_its_value_and_the_rule(field: str, value: Any, problem: str, reading: Read) -> None:
    found = reading(json.dumps(SCENE | {field: value}), "a.json")

    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"a.json: {problem}")
    assert not found.sketches
