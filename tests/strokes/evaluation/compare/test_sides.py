"""Left and right: told from the drawing alone, or turned by somebody who knows the truth."""

import pytest
from scribbles import Things, results, truth, truths

from maskline.strokes.evaluation.figures import figures

HONEST, ORACLE = "side_accuracy", "side_accuracy_flip_by_truth"
LEGS: Things = [{"horse": [0, 1, 2], "horse/left-leg": [0, 1], "horse/right-leg": [2]}]
SWAPPED: Things = [{"horse": [0, 1, 2], "horse/right-leg": [0, 1], "horse/left-leg": [2]}]


def test_who_knows_the_truth_turns_what_is_the_wrong_way_round() -> None:
    found = figures(truth([1, 1, 1], LEGS), results(SWAPPED))
    assert (found["stroke_accuracy"], found["stroke_accuracy_sides"], found[HONEST]) == (1, 0, 0)
    assert (found["stroke_accuracy_sides_flip_by_truth"], found[ORACLE]) == (1, 1)
    assert found["instance_ap"] == 0


def test_nothing_is_turned_where_that_agrees_less() -> None:
    mostly: Things = [{"horse": [0, 1, 2], "horse/left-leg": [0, 1, 2]}]
    found = figures(truth([1, 1, 1], LEGS), results(mostly))
    assert found[HONEST] == found[ORACLE] == pytest.approx(2 / 3)


def test_each_sketch_is_turned_by_itself() -> None:
    found = figures(truths([([1, 1, 1], LEGS)] * 2), results(LEGS, 1) + results(SWAPPED, 2))
    assert (found[HONEST], found[ORACLE]) == (0.5, 1)


def test_each_family_is_turned_by_itself() -> None:
    every: Things = [
        {
            "horse": [0, 1, 2, 3],
            "horse/left-leg": [0],
            "horse/right-leg": [1],
            "horse/front-left-foot": [2],
            "horse/front-right-foot": [3],
        }
    ]
    feet: Things = [{**every[0], "horse/front-left-foot": [3], "horse/front-right-foot": [2]}]
    found = figures(truth([1] * 4, every), results(feet))
    assert (found[HONEST], found[ORACLE]) == (0.5, 1)


def test_sides_are_counted_where_the_part_is_found_only() -> None:
    """Stroke 1, a left leg, is taken for a foot, and stroke 3 has no side."""
    sketch: Things = [{"horse": [0, 1, 2, 3], "horse/left-leg": [0, 1], "horse/right-leg": [2], "horse/head": [3]}]
    guess: Things = [{"horse": [0, 1, 2, 3], "horse/left-leg": [0, 2], "horse/front-left-foot": [1], "horse/head": [3]}]
    found = figures(truth([1] * 4, sketch), results(guess))
    assert (found["stroke_accuracy"], found["stroke_accuracy_sides"], found[HONEST]) == (0.75, 0.5, 0.5)


def test_sides_of_parts_that_are_never_found_are_wrong() -> None:
    heads: Things = [{"horse": [0, 1, 2], "horse/head": [0, 1, 2]}]
    found = figures(truth([1, 1, 1], LEGS), results(heads))
    assert (found[HONEST], found[ORACLE]) == (0, 0)
