"""Matching picture by picture, on rectangles one can count."""

from typing import Any

import numpy as np

from maskline.contract.coco import rle
from maskline.pictures.evaluation.cases import Case, compare, fixed, tally, worst

SIDE = 60
NAMES = {1: "line", 2: "ring"}


def shape(x: int, y: int, width: int, height: int, category: int = 1, **fields: Any) -> dict[str, Any]:
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[y : y + height, x : x + width] = True
    code = rle.encode(mask)
    return {"image_id": 1, "category_id": category, "segmentation": code, "bbox": rle.bbox(code)} | fields


def case(truths: list[dict[str, Any]], results: list[dict[str, Any]], threshold: float = 0.5) -> Case:
    truth = {"images": [{"id": 1, "file_name": "a.png", "width": SIDE, "height": SIDE}], "annotations": truths}
    return compare(truth, results, threshold)[0]


def test_each_instance_is_met_once_and_by_the_best_score() -> None:
    found = case([shape(0, 0, 20, 20)], [shape(0, 0, 20, 20, score=0.7), shape(1, 0, 20, 20, score=0.9)])
    assert len(found.hits) == 1
    assert [alarm["score"] for alarm in found.false_alarms] == [0.7]
    assert found.f1 == 2 / 3


def test_of_two_instances_a_detection_meets_the_one_it_covers_better() -> None:
    truths = [shape(0, 0, 20, 20, id=1), shape(5, 0, 20, 20, id=2)]
    assert [hit["id"] for hit in case(truths, [shape(4, 0, 20, 20, score=0.9)]).hits] == [2]


def test_iou_of_exactly_one_half_is_met_and_less_is_rough() -> None:
    assert case([shape(0, 0, 30, 30)], [shape(10, 0, 30, 30, score=0.9)]).f1 == 1.0
    missed = case([shape(0, 0, 30, 30)], [shape(11, 0, 30, 30, score=0.9)])
    assert [miss.cause for miss in missed.misses] == ["rough"]
    assert missed.f1 == 0.0


def test_why_an_instance_was_missed() -> None:
    truths = [shape(0, 0, 20, 20), shape(30, 0, 20, 20), shape(0, 30, 20, 20)]
    results = [shape(0, 0, 20, 20, category=2, score=0.9), shape(30, 17, 20, 20, score=0.9)]
    causes = [miss.cause for miss in case(truths, results).misses]
    assert causes == ["mistaken", "unseen", "unseen"]  # the second is covered by 3 rows of 37: an IoU below .1


def test_a_detection_that_met_an_instance_does_not_explain_another() -> None:
    truths = [shape(0, 0, 20, 20), shape(0, 0, 20, 10)]
    assert [miss.cause for miss in case(truths, [shape(0, 0, 20, 20, score=0.9)]).misses] == ["unseen"]


def test_what_scores_below_the_threshold_does_not_exist() -> None:
    results = [shape(0, 0, 20, 20, score=0.5), shape(0, 0, 20, 20, score=0.49)]
    assert len(case([shape(0, 0, 20, 20)], results).detections) == 1


def test_what_lies_on_a_crowd_is_excused() -> None:
    seen = case([shape(0, 0, 40, 40, iscrowd=1)], [shape(5, 5, 10, 10, score=0.9), shape(50, 50, 5, 5, score=0.9)])
    assert (len(seen.truths), len(seen.misses), len(seen.false_alarms)) == (0, 0, 1)
    assert len(seen.detections) == 1


def test_an_empty_picture_left_empty_is_perfect() -> None:
    assert case([], []).f1 == 1.0
    assert case([], [shape(0, 0, 5, 5, score=0.9)]).f1 == 0.0


def test_worst_are_the_flawed_by_f1_and_fixed_are_evenly_spread() -> None:
    images = [{"id": key, "file_name": f"{key}.png", "width": SIDE, "height": SIDE} for key in range(1, 10)]
    truths = [shape(0, 0, 9, 9, image_id=key) for key in range(1, 10)]
    results = [shape(0, 0, 9, 9, image_id=key, score=0.9) for key in range(1, 8)]
    results += [shape(30, 30, 5, 5, image_id=key, score=0.9) for key in (2, 9)]
    cases = compare({"images": images[::-1], "annotations": truths}, results, 0.5)
    assert [case.image["id"] for case in worst(cases, 5)] == [9, 8, 2]  # nothing right and one false alarm; nothing
    assert [case.image["id"] for case in fixed(cases, 3)] == [1, 5, 9]
    assert [case.image["id"] for case in fixed(cases, 40)] == list(range(1, 10))
    assert fixed(cases, 0) == []
    assert fixed([], 3) == []


def test_the_tally_accounts_for_every_instance() -> None:
    truths = [shape(0, 0, 20, 20), shape(30, 0, 20, 20), shape(0, 30, 20, 20, category=2)]
    counts = tally([case(truths, [shape(0, 0, 20, 20, score=0.9), shape(30, 30, 9, 9, category=2, score=1)])], NAMES)
    assert counts["line"] == {"truths": 2, "found": 1, "rough": 0, "mistaken": 0, "unseen": 1, "false_alarms": 0}
    assert counts["ring"] == {"truths": 1, "found": 0, "rough": 0, "mistaken": 0, "unseen": 1, "false_alarms": 1}
