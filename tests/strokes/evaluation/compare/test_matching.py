"""Scenes: which object that was found is which true one."""

from typing import Any

import pytest
from scribbles import IDS, Things, results, truth

from maskline.strokes.evaluation.compare.matching import matched
from maskline.strokes.evaluation.compare.strokes import strokes_of
from maskline.strokes.evaluation.figures import figures

SCENE: Things = [{"car": [0, 1, 2]}, {"horse": [3, 4, 5]}]
LENGTHS = [1, 1, 2, 1, 1, 2]


def found_in(things: Things, **changes: Any) -> dict[str, float | None]:
    names = ("objects_found", "strokes_in_right_object", "category_accuracy", "object_ap50")
    found = figures(truth(LENGTHS, SCENE), [result | changes for result in results(things)])
    return {name: found[name] for name in names}


def all_of(*values: float) -> dict[str, float]:
    names = ("objects_found", "strokes_in_right_object", "category_accuracy", "object_ap50")
    return dict(zip(names, values, strict=True))


def test_numbers_of_objects_do_not_matter() -> None:
    assert found_in([{"horse": [3, 4, 5]}, {"car": [0, 1, 2]}]) == all_of(1, 1, 1, 1)


def test_swapped_categories_are_objects_found_and_named_wrong() -> None:
    assert found_in([{"horse": [0, 1, 2]}, {"car": [3, 4, 5]}]) == all_of(1, 1, 0, 0)


def test_two_objects_taken_for_one_are_one_found() -> None:
    """What is found meets both with an IoU of exactly .5, and is the first."""
    assert found_in([{"car": [0, 1, 2, 3, 4, 5]}]) == all_of(0.5, 0.5, 1, 0.5)


def test_an_object_taken_for_two_is_met_by_the_longer_piece() -> None:
    """The shorter one is a false alarm, which as sure as the longer one comes before it."""
    halves: Things = [{"car": [0]}, {"car": [1, 2]}, {"horse": [3, 4, 5]}]
    assert found_in(halves) == all_of(1, 5 / 6, 1, 0.75)


def test_a_piece_that_is_too_short_is_met_but_not_found() -> None:
    assert found_in([{"car": [0]}, {"horse": [3, 4, 5]}]) == all_of(0.5, 4 / 6, 1, 0.5)


def test_strokes_that_go_to_the_neighbour_are_in_the_wrong_object() -> None:
    assert found_in([{"car": [0, 1]}, {"horse": [2, 3, 4, 5]}]) == all_of(1, 5 / 6, 1, 1)


def test_a_pair_with_more_in_common_comes_first_and_each_object_is_in_one_pair() -> None:
    scene, guess = truth([1, 1, 1], [{"car": [0]}, {"car": [1, 2]}]), results([{"car": [0, 1, 2]}, {"horse": []}])
    objects = matched(strokes_of(scene, guess, None))
    assert [(one.thing, one.found, round(one.iou, 4)) for one in objects] == [(1, 0, 0.0), (2, 1, 0.6667)]
    assert [one.found_category for one in objects] == [0, IDS["car"]]


@pytest.mark.parametrize("dots", [[0, 0, 0], [5, 0, 0]])
def test_dots_count_although_they_have_no_length(dots: list[float]) -> None:
    scene: Things = [{"car": [0]}, {"horse": [1, 2]}]
    found = figures(truth(dots, scene), results([{"car": [0]}, {"horse": [1]}, {"horse": [2]}]))
    assert (found["objects_found"], found["strokes_in_right_object"]) == (1, 2 / 3)
