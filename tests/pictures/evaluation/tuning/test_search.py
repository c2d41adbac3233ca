"""The best thresholds: against all there are, one by one, and by hand."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from maskline.contract.thresholds import Threshold
from maskline.pictures.evaluation.tuning.measures import MEASURES
from maskline.pictures.evaluation.tuning.ranking import Overlap
from maskline.pictures.evaluation.tuning.search import cut, search, tried

Invented = Callable[[int], list[Overlap]]
FLOOR = 0.0


@pytest.mark.parametrize("name", ["f1", "ap", "kaggle"])
@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_of_a_class_is_the_best_of_all_there_are(seed: int, name: str, invented: Invented) -> None:
    measure = MEASURES[name]
    rankings = tried(invented(seed), measure.ious)
    scores = {*rankings[0].score.tolist(), FLOOR}

    (found,) = search([rankings], measure, FLOOR, noise=0.0)

    every = [
        measure.value([cut(rankings, Threshold(score=score, pixels=pixels))]) or 0.0
        for score, pixels in product(scores, rankings)
    ]
    assert (measure.value([cut(rankings, found)]) or 0.0) == pytest.approx(max(every))


@pytest.mark.parametrize("seed", range(6))
def test_no_single_class_can_raise_a_measure_of_all_together(seed: int, invented: Invented) -> None:
    measure = MEASURES["kaggle"]
    classes = [tried(invented(seed + 30 * number), measure.ious) for number in range(3)]

    found = search(classes, measure, FLOOR, noise=0.0)

    reached = measure.value([cut(rankings, of) for rankings, of in zip(classes, found, strict=True)])
    usual = measure.value([cut(rankings, Threshold(score=0.5, pixels=0)) for rankings in classes])
    assert reached is not None
    assert usual is not None
    assert reached >= usual
    for number, rankings in enumerate(classes):
        for score, pixels in product({*rankings[0].score.tolist()}, rankings):
            other = [*found]
            other[number] = Threshold(score=score, pixels=pixels)
            value = measure.value([cut(of, at) for of, at in zip(classes, other, strict=True)])
            assert value is not None
            assert value <= reached + 1e-12


def one_class(score: list[float], right: list[bool], area: list[int]) -> list[Overlap]:
    """One picture in which each right result meets an instance of its own."""
    iou = np.diag(np.array(right, float))[:, np.array(right)]
    return [Overlap(np.array(score), np.array(area), iou, np.zeros(len(score)))]


def test_without_noise_a_threshold_lies_between_the_last_right_and_the_first_wrong_result() -> None:
    pictures = one_class([0.9, 0.8, 0.6, 0.2], [True, True, True, False], [50] * 4)
    (found,) = search([tried(pictures, np.array([0.5]))], MEASURES["f1"], FLOOR, noise=0.0)
    assert found == Threshold(score=0.4, pixels=0)


def test_with_noise_it_lies_in_the_middle_of_what_is_as_good() -> None:
    # F1 of the first 1 ... 5 results, of 10 instances: .18, .33, .46, .57 and .53.  Where .05 is noise the plateau is
    # the last two: from the floor, below the last one, up to the score of the fourth.
    pictures = one_class([0.9, 0.8, 0.7, 0.6, 0.2], [True] * 4 + [False], [50] * 5)
    missed = Overlap(np.zeros(0), np.zeros(0, int), np.zeros((0, 6)), np.zeros(0))
    rankings = tried([*pictures, missed], np.array([0.5]))
    assert MEASURES["f1"].curve(rankings[0], ()) == pytest.approx([2 / 11, 4 / 12, 6 / 13, 8 / 14, 8 / 15])
    (found,) = search([rankings], MEASURES["f1"], FLOOR, noise=0.05 * 10**0.5)
    assert found == Threshold(score=0.3, pixels=0)


def test_small_results_that_are_surer_than_right_ones_go_by_their_area() -> None:
    pictures = one_class([0.9, 0.9, 0.8, 0.7, 0.6], [False, False, True, True, True], [2, 3, 40, 50, 60])
    (found,) = search([tried(pictures, np.array([0.5]))], MEASURES["f1"], FLOOR, noise=0.0)
    assert found.pixels == 40
    assert found.score <= 0.6


def test_a_class_of_which_nothing_is_right_keeps_what_it_had() -> None:
    pictures = one_class([0.9, 0.8], [False, False], [5, 5])
    assert search([tried(pictures, np.array([0.5]))], MEASURES["f1"], FLOOR) == [Threshold(score=0.5, pixels=0)]
