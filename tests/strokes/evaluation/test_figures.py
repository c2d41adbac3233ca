"""The figures, each on a sketch so small that anybody can count."""

from typing import Any

import pytest
from scribbles import IDS, PLAIN, TABLE, Things, results, truth, truths

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.strokes.evaluation.figures import figures

CAR: Things = [{"car": [0, 1, 2, 3], "car/body": [0, 1], "car/wheel": [[2], [3]]}]
HORSE: Things = [{"horse": [0, 1, 2, 3, 4], "horse/head": [0], "horse/left-leg": [1, 2], "horse/right-leg": [3, 4]}]


def test_what_is_found_as_it_is_gets_full_marks() -> None:
    found = figures(truth([4, 3, 2, 1], CAR), results(CAR), {1: [IDS[name] for name in _parts(CAR)]})
    sides = {name for name in found if "side" in name}
    assert {name: found[name] for name in sides if name.startswith("side_")} == {
        "side_accuracy": None,
        "side_accuracy_flip_by_truth": None,
    }
    assert {found[name] for name in found if not name.startswith("side_")} == {1.0}


def _parts(things: Things) -> list[str]:
    return [
        name
        for stroke in range(4)
        for name, strokes in things[0].items()
        if "/" in name and stroke in [each for one in strokes for each in (one if isinstance(one, list) else [one])]
    ]


def test_the_names_are_those_that_manifests_tell() -> None:
    assert list(figures(truth([1], []), [])) == [
        "stroke_accuracy",
        "component_accuracy",
        "macro_f1",
        "weighted_f1",
        "stroke_accuracy_sides",
        "stroke_accuracy_sides_flip_by_truth",
        "side_accuracy",
        "side_accuracy_flip_by_truth",
        "category_accuracy",
        "objects_found",
        "strokes_in_right_object",
        "given_stroke_accuracy",
        "given_macro_f1",
        "given_component_accuracy",
        "instance_ap",
        "instance_ap50",
        "object_ap",
        "object_ap50",
    ]


@pytest.mark.parametrize("sketches", [[], [([1, 2], [])]], ids=["no sketch", "a sketch without labels"])
def test_where_the_truth_holds_nothing_there_is_nothing_to_measure(sketches: list[Any]) -> None:
    found = results([{"car": [0], "car/body": [0]}]) if sketches else []
    assert set(figures(truths(sketches), found).values()) == {None}


def test_nothing_found_is_wrong_and_not_left_out() -> None:
    found = figures(truth([1, 1, 1, 1, 1], HORSE), [])
    given = {name: value for name, value in found.items() if name.startswith("given_")}
    assert set(given.values()) == {None}
    assert {value for name, value in found.items() if name not in given} == {0.0}


def test_a_sketch_without_results_counts_beside_one_with() -> None:
    every = truths([([1, 1, 1, 1], CAR), ([1, 1, 1, 1], CAR)])
    found = figures(every, results(CAR, 1), {1: [IDS[name] for name in _parts(CAR)]})
    shares = ("stroke_accuracy", "component_accuracy", "category_accuracy", "objects_found", "strokes_in_right_object")
    assert {found[name] for name in (*shares, "given_stroke_accuracy", "given_component_accuracy")} == {0.5}


def test_strokes_count_alike_and_sketches_do_where_components_are_counted() -> None:
    every = truths([([1, 1, 1, 1], CAR), ([1], [{"car": [0], "car/body": [0]}])])
    wrong: Things = [{"car": [0, 1, 2, 3], "car/body": [0, 1, 2], "car/wheel": [3]}]
    found = figures(every, results(wrong, 1) + results([{"car": [0], "car/body": [0]}], 2))
    assert found["stroke_accuracy"] == 4 / 5
    assert found["component_accuracy"] == (3 / 4 + 1) / 2


def test_f1_is_of_all_sketches_together_its_mean_over_objects_of_means_over_their_parts() -> None:
    """Bodies: 3 right of 3, of 4 found, F1 6/7.  Wheels: 1 of 2, F1 2/3.  Heads: 1 of 1.  Legs never occur."""
    every = truths([([1] * 4, CAR), ([1, 1], [{"car": [0], "car/body": [0]}, {"horse": [1], "horse/head": [1]}])])
    wrong: Things = [{"car": [0, 1, 2, 3], "car/body": [0, 1, 2], "car/wheel": [3]}]
    second: Things = [{"car": [0], "car/body": [0]}, {"horse": [1], "horse/head": [1]}]
    found = figures(every, results(wrong, 1) + results(second, 2))
    assert found["macro_f1"] == pytest.approx(((6 / 7 + 2 / 3) / 2 + 1) / 2)
    assert found["weighted_f1"] == pytest.approx((3 * 6 / 7 + 2 * 2 / 3 + 1) / 6)


def test_a_wrong_category_makes_its_strokes_wrong_unless_it_is_told() -> None:
    horse: Things = [{"horse": [0, 1], "horse/head": [0], "horse/left-leg": [1]}]
    sketch = truth([2, 1], [{"car": [0, 1], "car/body": [0], "car/wheel": [1]}])
    found = figures(sketch, results(horse), {1: [IDS["car/body"], IDS["car/body"]]})
    assert (found["stroke_accuracy"], found["category_accuracy"], found["object_ap"]) == (0, 0, 0)
    assert (found["objects_found"], found["strokes_in_right_object"]) == (1, 1)
    assert found["given_stroke_accuracy"] == found["given_component_accuracy"] == 0.5
    assert found["given_macro_f1"] == pytest.approx((2 / 3 + 0) / 2)


def test_what_is_given_is_measured_only_where_it_was_asked_for() -> None:
    told = [0, IDS["car/body"], IDS["car/wheel"], IDS["car/wheel"]]
    assert figures(truth([1] * 4, CAR), results(CAR), {1: told})["given_stroke_accuracy"] == 0.75
    assert figures(truth([1] * 4, CAR), results(CAR), {})["given_stroke_accuracy"] == 0
    assert figures(truth([1] * 4, CAR), results(CAR))["given_stroke_accuracy"] is None


def test_strokes_whose_part_nobody_tells_do_not_count_as_parts() -> None:
    """Neither in accuracy nor as invented instances; but they are strokes of their object."""
    known = truths([([1, 1], [{"car": [0, 1], "car/body": [0]}]), ([1, 1], [{"car": [0, 1]}])])
    guesses: Things = [{"car": [0, 1], "car/body": [0], "car/wheel": [1]}]
    found = figures(known, results(guesses, 1, score=0.4) + results(guesses, 2, score=0.9))
    parts = ("stroke_accuracy", "component_accuracy", "macro_f1", "weighted_f1", "instance_ap")
    assert {name: found[name] for name in parts} == dict.fromkeys(parts, 1.0)
    half = figures(known, results([{"car": [0], "car/body": [0]}], 1) + results(guesses, 2))
    assert half["strokes_in_right_object"] == 3 / 4


def test_clutter_is_no_part_but_an_object_that_takes_it_is_too_large() -> None:
    """Stroke 2 is of no object, and as long as the two others together."""
    cluttered = truth([1, 1, 2], [{"car": [0, 1], "car/body": [0], "car/wheel": [1]}])
    found = figures(cluttered, results([{"car": [0, 1, 2], "car/body": [0, 2], "car/wheel": [1]}]))
    assert {found[name] for name in ("stroke_accuracy", "macro_f1", "instance_ap", "strokes_in_right_object")} == {1}
    assert (found["object_ap50"], found["objects_found"]) == (1, 1)
    assert found["object_ap"] == pytest.approx(0.1)  # at IoU .5 only, of ten thresholds


def test_a_stroke_is_of_the_surest_result_that_names_it() -> None:
    sure, unsure = results(CAR, score=0.8), results([{"car": [0, 1, 2, 3], "car/wheel": [0, 1, 2, 3]}], score=0.7)
    assert figures(truth([1] * 4, CAR), unsure + sure)["stroke_accuracy"] == 1


def test_a_table_without_sides_has_no_figures_of_sides() -> None:
    found = figures(truth([1] * 4, CAR, table=PLAIN), results(CAR))
    assert {name: value for name, value in found.items() if "side" in name} == {
        "stroke_accuracy_sides": None,
        "stroke_accuracy_sides_flip_by_truth": None,
        "side_accuracy": None,
        "side_accuracy_flip_by_truth": None,
    }


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"image_id": 8}, InvalidInput, "a result is of sketch 8, which is not among the 1 of the truth"),
        ({"category_id": 4}, InvalidInput, "a result of sketch 1.json with its 4 strokes has category_id 4"),
        ({"strokes": [4]}, Corrupt, "a result of sketch 1.json with its 4 strokes names stroke 4, counted from 0"),
        ({"strokes": [-1]}, Corrupt, "names stroke -1"),
    ],
)
def test_results_that_the_truth_knows_nothing_of_are_refused(
    change: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        figures(truth([1] * 4, CAR), [result | change for result in results(CAR)])


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({8: [0]}, InvalidInput, "`given` is of sketch 8"),
        ({1: [0]}, Corrupt, "`given` of sketch 1.json with its 4 strokes tells of 1 strokes"),
        ({1: [0, 0, 0, 400]}, InvalidInput, "category_id 400"),
    ],
)
def test_parts_given_of_something_else_are_refused(
    given: dict[int, list[int]], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        figures(truth([1] * 4, CAR), results(CAR), given)


def test_neither_truth_nor_results_are_changed() -> None:
    sketch, found = truth([1] * 4, CAR), results(CAR)
    figures(sketch, found)
    assert (sketch, found) == (truth([1] * 4, CAR), results(CAR))
    assert sketch["categories"] == TABLE.coco()
