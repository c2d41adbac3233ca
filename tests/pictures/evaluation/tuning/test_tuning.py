"""What tuning of predictions comes to, class by class."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from maskline.contract.coco import rle
from maskline.contract.kind.evaluation import Comparison, Tuned
from maskline.contract.thresholds import Threshold
from maskline.pictures.evaluation.entry import evaluation
from maskline.pictures.evaluation.tuning.crossfit import crossfit, gain, of_class
from maskline.pictures.evaluation.tuning.measures import MEASURES
from maskline.pictures.evaluation.tuning.ranking import Overlap
from maskline.pictures.evaluation.tuning.search import tried
from maskline.pictures.evaluation.tuning.tuning import NO_GAIN, NOTHING

CATEGORIES = [{"id": 3, "name": "block"}, {"id": 4, "name": "bar"}, {"id": 7, "name": "ghost"}]
PICTURES = 8


def entry(image: int, category: int, x: int, **more: Any) -> dict[str, Any]:
    """Return a square of 8 pixels a side, so far from the left."""
    mask = np.zeros((16, 64), bool)
    mask[4:12, x : x + 8] = True
    return {"image_id": image, "category_id": category, "segmentation": rle.encode(mask), **more}


def tuned(objective: str, truth: Sequence[dict[str, Any]], results: list[dict[str, Any]], group: str = "") -> Tuned:
    images = [{"id": number, "group": group or f"g{number}"} for number in range(1, PICTURES + 1)]
    document = {"images": images, "annotations": [*truth], "categories": CATEGORIES}
    nobody: Any = None
    return evaluation.tune(objective, Comparison(nobody, nobody, document, {}, results, nobody), 0.05)


def drawn() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every picture holds a block, found at .9 and once more, elsewhere, at .7; and a bar that is found at .3."""
    truth, results = [], []
    for image in range(1, PICTURES + 1):
        truth += [entry(image, 3, 0, id=image, iscrowd=0), entry(image, 4, 30, id=100 + image, iscrowd=0)]
        results += [entry(image, 3, 0, score=0.9), entry(image, 3, 50, score=0.7), entry(image, 4, 30, score=0.3)]
    return truth, results


@pytest.mark.parametrize("objective", ["f1", "kaggle"])
def test_each_class_is_cut_where_its_right_results_end(objective: str) -> None:
    found = tuned(objective, *drawn())

    assert found.thresholds.classes == {
        "block": Threshold(score=0.8, pixels=0),
        "bar": Threshold(score=0.175, pixels=0),  # the middle of the floor and .3
    }
    assert found.every["after"] == 1
    assert found.classes["ghost"]["kept"] == NOTHING
    assert found.classes["ghost"]["score"] == 0.5


def test_f1_before_and_after_is_told_by_hand() -> None:
    found = tuned("f1", *drawn())

    block = found.classes["block"]
    assert (block["instances"], block["before"], block["after"]) == (8, pytest.approx(2 / 3), 1)
    assert block["gain"] == pytest.approx(1 / 3)
    assert found.classes["bar"]["before"] == 0
    assert found.every["before"] == pytest.approx((2 / 3 + 0) / 2)  # of the two classes that are there
    assert found.every["gain"] == pytest.approx((1 / 3 + 1) / 2)


def test_for_average_precision_scores_stay_and_areas_may_go() -> None:
    truth, results = drawn()
    for image in range(1, PICTURES + 1):
        speck = np.zeros((16, 64), bool)
        speck[0, image] = True
        results.append({"image_id": image, "category_id": 3, "segmentation": rle.encode(speck), "score": 0.95})
    found = tuned("ap", truth, results)

    assert found.thresholds.classes["block"].pixels == 64
    assert found.thresholds.classes["block"].score <= 0.7
    assert found.classes["block"]["before"] == pytest.approx(0.5, abs=0.02)  # of every two results one is right
    assert found.classes["block"]["after"] == 1


def test_a_class_that_gains_nothing_elsewhere_keeps_what_it_had() -> None:
    truth, results = drawn()
    found = tuned("f1", truth, [result for result in results if result["score"] == 0.9])
    assert found.thresholds.classes == {}
    assert found.classes["block"]["kept"] == NO_GAIN
    assert found.classes["block"]["score"] == 0.5


def test_pictures_of_one_group_cannot_show_a_gain() -> None:
    found = tuned("f1", *drawn(), group="all of one kind")
    assert found.thresholds.classes == {}
    assert found.every["gain"] is None


def test_what_is_chosen_on_one_half_is_measured_on_the_other() -> None:
    # One picture's wrong result scores .6, the other's .8; each is perfect by its own.
    def half(wrong: float) -> Overlap:
        return Overlap(np.array([0.9, wrong]), np.array([9, 9]), np.array([[1.0], [0.0]]), np.zeros(2))

    rankings = tried([half(0.6), half(0.8)], np.array([0.5]))
    usual = Threshold(score=0.5, pixels=0)
    pairs = crossfit([rankings], ["a", "b"], MEASURES["f1"], usual, 0.05)
    assert len(pairs) == 2
    gains = [gain([pair], MEASURES["f1"], [True]) for pair in pairs]
    # Cut at .75, the middle of .6 and .9, the other half still holds its wrong result at .8; cut at .85 it does not.
    assert sorted(each or 0.0 for each in gains) == pytest.approx([0, 1 / 3])
    assert gain(of_class(pairs, 0), MEASURES["f1"], [False]) == 0
