"""Sets of strokes as rows of pixels, and their average precision."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scribbles import Things, results, truth

from maskline.contract.coco.rle import decode
from maskline.strokes.evaluation.compare.stroke_sets import encode_runs, runs_of
from maskline.strokes.evaluation.figures import figures

WHEELS: Things = [{"car": [0, 1, 2, 3], "car/body": [0], "car/wheel": [[1], [2, 3]]}]


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1))
def test_each_stroke_covers_as_many_pixels_as_it_is_long(drawn: list[tuple[int, bool]]) -> None:
    edges = [0, *accumulate(width for width, _ in drawn)]
    runs = runs_of([number for number, (_, member) in enumerate(drawn) if member], edges)
    expected = [member for width, member in drawn for _ in range(width)]
    if any(expected):
        assert decode(encode_runs(runs))[0].tolist() == expected
    else:
        assert runs == []


def test_instances_that_are_told_apart_as_they_are_get_full_marks() -> None:
    found = figures(truth([3, 1, 1, 1], WHEELS), results(WHEELS))
    assert (found["instance_ap"], found["instance_ap50"]) == (1, 1)


def test_instances_taken_for_one_are_not_found_though_each_stroke_is_right() -> None:
    """Both wheels together are 3 long, 2 of them of the second: IoU .67, which is enough at 4 of 10 thresholds."""
    merged: Things = [{"car": [0, 1, 2, 3], "car/body": [0], "car/wheel": [1, 2, 3]}]
    found = figures(truth([3, 1, 1, 1], WHEELS), results(merged))
    assert found["stroke_accuracy"] == 1
    half = 51 / 101  # one of two instances: precision 1 up to a recall of .5, at 101 recalls
    assert found["instance_ap50"] == pytest.approx((1 + half) / 2)
    assert found["instance_ap"] == pytest.approx((1 + 0.4 * half) / 2)


def test_iou_is_by_length_and_not_by_number_of_strokes() -> None:
    """The body's long stroke is found and its two short ones are not."""
    body: Things = [{"car": [0, 1, 2], "car/body": [0, 1, 2]}]
    found = figures(truth([8, 1, 1], body), results([{"car": [0, 1, 2], "car/body": [0], "car/wheel": [1, 2]}]))
    assert found["instance_ap"] == pytest.approx(0.7)  # IoU .8: thresholds .50 to .80
    assert found["stroke_accuracy"] == pytest.approx(1 / 3)


def test_where_nobody_told_instances_apart_any_number_of_them_will_do() -> None:
    crowd = truth([3, 1, 1, 1], [{"car": [0, 1, 2, 3], "car/body": [0], "car/wheel": [1, 2, 3]}], crowd=["car/wheel"])
    for wheels in ([[1], [2, 3]], [[1, 2, 3]], [[1], [2], [3]]):
        guess: Things = [{"car": [0, 1, 2, 3], "car/body": [0], "car/wheel": wheels}]
        assert figures(crowd, results(guess, score=0.9))["instance_ap"] == 1


def test_a_crowd_alone_leaves_no_instance_to_find() -> None:
    crowd = truth([1, 1], [{"car": [0, 1], "car/wheel": [0, 1]}], crowd=["car/wheel"])
    assert figures(crowd, results([{"car": [0, 1], "car/wheel": [[0], [1]]}]))["instance_ap"] is None


def test_what_is_taken_for_a_part_beside_the_crowd_is_a_false_alarm() -> None:
    """The second instance lies on the body, and comes before the right one."""
    wheels: Things = [{"car": [0, 1, 2], "car/body": [0, 1], "car/wheel": [[2]]}]
    guess = results([{"car": [0, 1, 2], "car/body": [0], "car/wheel": [[1], [2]]}])
    assert figures(truth([5, 1, 1], wheels), guess)["instance_ap50"] == pytest.approx((1 + 0.5) / 2)
