"""What thresholds are chosen for, against hand-made cases, slow loops, and the other code that measures the same."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from maskline.contract.coco.average_precision import average_precision
from maskline.pictures.evaluation.agreement import kaggle
from maskline.pictures.evaluation.agreement.kaggle import THRESHOLDS
from maskline.pictures.evaluation.agreement.measured import mean
from maskline.pictures.evaluation.agreement.overlap import overlap as agreement
from maskline.pictures.evaluation.cases import compare
from maskline.pictures.evaluation.tuning.measures import MEASURES
from maskline.pictures.evaluation.tuning.ranking import Overlap, Ranking, overlap, rank

Invented = Callable[[int], list[Overlap]]


def picture(score: list[float], iou: list[list[float]], area: list[int] | None = None) -> Overlap:
    """Return a picture without crowds.  iou: results by instances."""
    areas = np.array(area or [100] * len(score))
    ious = np.array(iou, float).reshape(len(score), -1)
    return Overlap(np.array(score, float), areas, ious, np.zeros(len(score)))


def test_f1_of_three_results_and_two_instances() -> None:
    # Best first: right, wrong, right.  2 TP / (TP + FP + instances): 2/3, 2/4, 4/5.
    ranking = rank([picture([0.9, 0.8, 0.7], [[0.6, 0], [0, 0], [0, 0.5]])], 0, np.array([0.5]))
    assert MEASURES["f1"].curve(ranking, ()) == pytest.approx([2 / 3, 2 / 4, 4 / 5])
    assert MEASURES["f1"].value([ranking]) == pytest.approx(4 / 5)


def test_kaggles_measure_of_two_pictures() -> None:
    # The first picture's mask has an IoU of .72: right at .50 ... .70, five of ten.  TP / (TP + FP + FN) is 1 there, 0
    # at the others.  The second picture holds one instance and nothing found, the third nothing at all: it is left out.
    pictures = [picture([0.9], [[0.72]]), Overlap(*empty(1)), Overlap(*empty(0))]
    assert MEASURES["kaggle"].value([rank(pictures, 0, MEASURES["kaggle"].ious)]) == pytest.approx((0.5 + 0) / 2)
    # An IoU of exactly .7 is not more than .70.
    pictures[0] = picture([0.9], [[0.7]])
    assert MEASURES["kaggle"].value([rank(pictures, 0, MEASURES["kaggle"].ious)]) == pytest.approx((0.4 + 0) / 2)


def empty(truths: int) -> tuple[NDArray[Any], ...]:
    return np.zeros(0), np.zeros(0, int), np.zeros((0, truths)), np.zeros(0)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", ["f1", "kaggle"])
def test_a_curve_is_the_value_of_every_first_so_many(name: str, seed: int, invented: Invented) -> None:
    measure = MEASURES[name]
    first, second, third = (rank(invented(seed + 100 * number), 0, measure.ious) for number in range(3))
    cut = second.best(len(second.score) // 2)

    curve = measure.curve(first, [cut, third])

    def value(count: int) -> float | None:
        of = first.best(count)
        return measure.value([of, cut, third]) if measure.coupled else measure.value([of])

    assert curve == pytest.approx([value(count + 1) or 0.0 for count in range(len(first.score))])


@pytest.mark.parametrize("seed", range(8))
def test_kaggles_measure_is_that_of_a_slow_loop(seed: int, invented: Invented) -> None:
    classes = [invented(seed), invented(seed + 50)]
    measure = MEASURES["kaggle"]
    rankings = [rank(pictures, 0, measure.ious) for pictures in classes]
    assert measure.value(rankings) == pytest.approx(slow_kaggle(classes))


def slow_kaggle(classes: Sequence[Sequence[Overlap]]) -> float:
    shares = []
    for pictures in zip(*classes, strict=True):
        of_picture = []
        for iou in THRESHOLDS:
            right = wrong = missed = 0
            for each in pictures:
                hits, false = slow_match(each, iou)
                right, wrong, missed = right + hits, wrong + false, missed + each.iou.shape[1] - hits
            if right + wrong + missed:
                of_picture.append(right / (right + wrong + missed))
        if of_picture:
            shares.append(sum(of_picture) / len(of_picture))
    return sum(shares) / len(shares)


def slow_match(found: Overlap, above: float) -> tuple[int, int]:
    """Return how many results meet an instance by more than that IoU, and how many are false."""
    free, hits, false = {*range(found.iou.shape[1])}, 0, 0
    for number in range(len(found.score)):
        allowed = [truth for truth in sorted(free) if found.iou[number, truth] > above]
        if allowed:
            free.remove(max(allowed, key=lambda truth: found.iou[number, truth]))
            hits += 1
        elif found.crowd[number] <= above:
            false += 1
    return hits, false


def squares(seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a COCO document of squares, one of them a crowd, and results that lie near them, all of one class."""
    rng = np.random.default_rng(seed)
    truth: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for image in (1, 2, 3):
        for number, corner in enumerate(rng.integers(0, 40, (4, 2)).tolist()):
            crowd = int(image == 3 and number == 0)
            truth.append(entry(image, corner, 16) | {"id": len(truth) + 1, "iscrowd": crowd, "area": 256})
            for _ in range(int(rng.integers(0, 3))):
                shifted = (np.array(corner) + rng.integers(-4, 5, 2)).clip(0).tolist()
                results.append(entry(image, shifted, 16) | {"score": float(rng.integers(1, 100)) / 100})
    images = [{"id": image, "file_name": f"{image}.png", "width": 64, "height": 64} for image in (1, 2, 3)]
    return {"images": images, "annotations": truth, "categories": [{"id": 1, "name": "square"}]}, results


def entry(image: int, corner: Sequence[int], side: int) -> dict[str, Any]:
    x, y = corner
    mask = np.zeros((64, 64), np.uint8, order="F")
    mask[y : y + side, x : x + side] = 1
    return {"image_id": image, "category_id": 1, "segmentation": coco_mask.encode(mask), "bbox": [x, y, side, side]}


def ranked(truth: dict[str, Any], results: list[dict[str, Any]], name: str) -> Ranking:
    annotations = truth["annotations"]
    pictures = [
        overlap([r for r in results if r["image_id"] == image], [a for a in annotations if a["image_id"] == image])
        for image in (1, 2, 3)
    ]
    return rank(pictures, 0, MEASURES[name].ious)


@pytest.mark.parametrize("seed", range(6))
def test_average_precision_is_that_of_the_library(seed: int) -> None:
    truth, results = squares(seed)
    assert MEASURES["ap"].value([ranked(truth, results, "ap")]) == pytest.approx(
        average_precision(truth, results, "segm", 100).ap
    )


@pytest.mark.parametrize("seed", range(6))
def test_f1_is_that_of_a_report(seed: int) -> None:
    truth, results = squares(seed)
    cases = compare(truth, results, 0.3)
    hits, errors = sum(len(case.hits) for case in cases), sum(case.errors for case in cases)
    ranking = ranked(truth, results, "f1")
    found = MEASURES["f1"].value([ranking.best(int((ranking.score >= 0.3).sum()))])
    assert found == pytest.approx(2 * hits / (2 * hits + errors))


@pytest.mark.parametrize("seed", range(6))
def test_kaggles_measure_of_one_class_is_that_of_a_report(seed: int) -> None:
    truth, results = squares(seed)
    truth["annotations"] = [entry for entry in truth["annotations"] if not entry["iscrowd"]]
    pictures = []
    for image in (1, 2, 3):
        own = [[each for each in side if each["image_id"] == image] for side in (results, truth["annotations"])]
        pictures.append(kaggle.precision(agreement(sorted(own[0], key=lambda each: -each["score"]), own[1])))
    assert MEASURES["kaggle"].value([ranked(truth, results, "kaggle")]) == pytest.approx(mean(pictures))
