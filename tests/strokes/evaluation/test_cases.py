"""Sketches one by one: what is wrong in each and which are the worst."""

from scribbles import Things, results, truth, truths

from maskline.strokes.evaluation.cases import Case, Wrong, cases_of, fixed, worst
from maskline.strokes.evaluation.compare.matching import matched
from maskline.strokes.evaluation.compare.strokes import strokes_of


def compared(sketches: dict[str, object], *found: list[dict[str, object]]) -> list[Case]:
    strokes = strokes_of(sketches, [result for each in found for result in each], None)
    return cases_of(strokes, matched(strokes))


def test_a_stroke_is_wrong_by_its_part_its_side_its_object_or_its_objects_category() -> None:
    scene: Things = [
        {"car": [0, 1, 2], "car/body": [0], "car/wheel": [1]},
        {"horse": [3, 4, 5], "horse/left-leg": [3], "horse/right-leg": [4], "horse/head": [5]},
        {"horse": [6, 7]},
    ]
    guess: Things = [
        {"car": [0, 1, 2, 5], "car/body": [0, 1]},
        {"horse": [3, 4], "horse/right-leg": [3, 4], "horse/head": [5]},
        {"car": [6, 7]},
    ]
    (case,) = compared(truth([1] * 9, scene), results(guess))
    assert case.wrong == [
        Wrong(1, "car/wheel", "car/body", "part"),
        Wrong(3, "horse/left-leg", "horse/right-leg", "side"),
        Wrong(5, "horse/head", "horse/head", "object"),
        Wrong(6, "horse", "car", "category"),
        Wrong(7, "horse", "car", "category"),
    ]
    assert (case.known, case.share_right, case.accuracy) == (8, 3 / 8, 4 / 5)


def test_the_worst_come_first_and_the_flawless_never() -> None:
    one: Things = [{"car": [0, 1], "car/body": [0], "car/wheel": [1]}]
    half: Things = [{"car": [0, 1], "car/body": [0, 1]}]
    cases = compared(truths([([1, 1], one)] * 4), results(one, 1), results(half, 2), results(half, 4))
    assert [case.record["id"] for case in worst(cases, 9)] == [3, 2, 4]
    assert [case.record["id"] for case in worst(cases, 1)] == [3]


def test_a_sketch_of_which_nothing_is_known_has_nothing_wrong() -> None:
    (case,) = compared(truth([1, 1], []), results([{"car": [0, 1]}]))
    assert (case.wrong, case.known, case.share_right, case.accuracy) == ([], 0, 1.0, None)


def test_fixed_cases_do_not_depend_on_the_results() -> None:
    one: Things = [{"car": [0], "car/body": [0]}]
    every = truths([([1], one)] * 9)
    for found in ([], results(one, 4)):
        assert [case.record["id"] for case in fixed(compared(every, found), 3)] == [1, 5, 9]
    assert fixed([], 3) == []
