"""Measures of agreement: rectangles one can count, and plain loops over pixels."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.pictures.evaluation.agreement import kaggle, measured
from maskline.pictures.evaluation.agreement.jaccard import aggregated_jaccard
from maskline.pictures.evaluation.agreement.overlap import overlap
from maskline.pictures.evaluation.cases import compare

SIDE = 60
Mask = NDArray[np.bool_]


def box(x: int, y: int, width: int, height: int, category: int = 1) -> dict[str, Any]:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[y : y + height, x : x + width] = True
    return {"category_id": category, "segmentation": rle.encode(mask)}


SQUARE = box(0, 0, 20, 20)
NEAR = box(2, 0, 20, 20)  # 360 pixels of 440 in common, an IoU of .818
HALF = box(0, 0, 20, 10)
APART = box(40, 40, 10, 10)


def test_the_kaggle_measure_of_an_instance_is_the_share_of_thresholds_that_its_iou_exceeds() -> None:
    assert kaggle.precision(overlap([NEAR], [SQUARE])) == pytest.approx(0.7)  # .50 to .80
    assert kaggle.precision(overlap([SQUARE], [SQUARE])) == 1.0


@pytest.mark.parametrize("twentieths", range(10, 20))
def test_an_iou_of_exactly_a_threshold_does_not_exceed_it(twentieths: int) -> None:
    part = overlap([box(0, 0, twentieths, 20)], [box(0, 0, 20, 20)])
    assert kaggle.precision(part) == pytest.approx((twentieths - 10) / 10)


def test_what_is_missed_and_what_is_invented_weigh_alike_in_the_kaggle_measure() -> None:
    assert kaggle.precision(overlap([SQUARE, APART], [SQUARE])) == 1 / 2
    assert kaggle.precision(overlap([SQUARE], [SQUARE, APART])) == 1 / 2
    assert kaggle.precision(overlap([SQUARE], [APART])) == 0.0


def test_of_detections_that_overlap_each_other_the_better_scored_one_is_right_and_the_other_wrong() -> None:
    assert kaggle.precision(overlap([SQUARE, NEAR], [SQUARE])) == 1 / 2
    # At .50 to .80 the first one takes the square, at .85 to .95 it is wrong and the second one takes it.
    assert kaggle.precision(overlap([NEAR, SQUARE], [SQUARE])) == 1 / 2


def test_a_picture_with_nothing_in_it_is_left_out_of_means() -> None:
    nothing = overlap([], [])
    assert (kaggle.precision(nothing), aggregated_jaccard(nothing)) == (None, None)
    figures = measured.of_class([nothing, overlap([NEAR], [SQUARE])], 1)
    assert figures["kaggle_map"] == pytest.approx(0.7)
    assert figures["aggregated_jaccard"] == 360 / 440
    assert set(measured.of_class([nothing], 1).values()) == {None, 0.0}  # counts are right


def test_the_aggregated_jaccard_index_sums_pixels_and_charges_what_nobody_takes() -> None:
    assert aggregated_jaccard(overlap([NEAR], [SQUARE])) == 360 / 440
    assert aggregated_jaccard(overlap([NEAR, APART], [SQUARE])) == 360 / 540
    assert aggregated_jaccard(overlap([NEAR], [SQUARE, APART])) == 360 / 540
    assert aggregated_jaccard(overlap([APART], [SQUARE])) == 0.0


def test_two_instances_may_take_the_same_detection() -> None:
    halves = [HALF, box(0, 10, 20, 10)]
    assert aggregated_jaccard(overlap([SQUARE], halves)) == 400 / 800


def test_panoptic_quality_is_the_mean_iou_of_pairs_times_their_f1() -> None:
    figures = measured.of_class([overlap([NEAR, APART], [SQUARE])], 1)
    assert figures["segmentation_quality"] == pytest.approx(360 / 440)
    assert figures["recognition_quality"] == pytest.approx(1 / 1.5)
    assert figures["panoptic_quality"] == pytest.approx(360 / 440 / 1.5)


def test_an_iou_of_exactly_one_half_meets_but_is_no_pair_of_panoptic_quality() -> None:
    figures = measured.of_class([overlap([HALF], [SQUARE])], 1)
    assert (figures["f1"], figures["mean_iou"]) == (1.0, 0.5)
    assert (figures["panoptic_quality"], figures["segmentation_quality"]) == (0.0, None)


def test_over_all_classes_counts_and_the_kaggle_measure_ask_for_no_class_and_the_others_do() -> None:
    picture = overlap([box(0, 0, 20, 20, category=2)], [SQUARE])
    of_one, of_two = (measured.of_class([picture], category) for category in (1, 2))
    figures = measured.of_all([picture], [of_one, of_two])
    assert (figures["kaggle_map"], figures["aggregated_jaccard"], figures["count_error"]) == (1.0, 1.0, 0.0)
    assert (figures["f1"], figures["precision"], figures["panoptic_quality"]) == (0.0, 0.0, 0.0)
    assert (of_one["count_bias"], of_two["count_bias"]) == (-1.0, 1.0)


def test_counts_are_compared_picture_by_picture() -> None:
    figures = measured.of_class([overlap([SQUARE, APART], [SQUARE]), overlap([], [SQUARE, APART, HALF])], 1)
    assert figures["count_error"] == (1 + 3) / 2
    assert figures["count_bias"] == (1 - 3) / 2
    assert figures["count_error_share"] == (1 + 3) / (1 + 3)


def test_what_lies_on_a_crowd_is_not_counted() -> None:
    crowd = box(30, 30, 30, 30) | {"image_id": 1, "iscrowd": 1}
    truth = {"images": [{"id": 1}], "annotations": [SQUARE | {"image_id": 1}, crowd]}
    found = [{**each, "image_id": 1, "score": 0.9} for each in (SQUARE, APART)]
    figures = measured.of_class([case.overlap for case in compare(truth, found, 0.5)], 1)
    assert (figures["kaggle_map"], figures["panoptic_quality"], figures["count_error"]) == (1.0, 1.0, 0.0)


@pytest.mark.parametrize("seed", range(20))
def test_fast_measures_agree_with_plain_loops_over_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true, found = _blobs(rng), _blobs(rng)
    found[: len(true) // 2] = [np.roll(mask, rng.integers(-2, 3, 2), (0, 1)) for mask in true[: len(true) // 2]]
    picture = overlap(
        *([{"category_id": 1, "segmentation": rle.encode(mask)} for mask in side] for side in (found, true))
    )
    shared = [[int((one & other).sum()) for other in true] for one in found]
    assert picture.intersections().tolist() == [pixels for row in shared for pixels in row if pixels]
    assert kaggle.precision(picture) == pytest.approx(_plain_kaggle(found, true))
    assert aggregated_jaccard(picture) == pytest.approx(_plain_jaccard(found, true))
    assert measured.of_class([picture], 1)["panoptic_quality"] == pytest.approx(_plain_panoptic(found, true))


def _blobs(rng: np.random.Generator) -> list[Mask]:
    masks = []
    for _ in range(int(rng.integers(6, 12))):
        mask = np.zeros((SIDE, SIDE), bool)
        (x, y), (width, height) = rng.integers(0, SIDE - 20, 2), rng.integers(4, 20, 2)
        mask[y : y + height, x : x + width] = True
        masks.append(mask)
    return masks


def _plain_iou(one: Mask, other: Mask) -> float:
    return float((one & other).sum() / (one | other).sum())


def _plain_pairs(found: Sequence[Mask], true: Sequence[Mask], meets: Callable[[float], bool]) -> Iterable[float]:
    free = list(range(len(true)))
    for mask in found:
        candidates = [(-_plain_iou(mask, true[n]), n) for n in free if meets(_plain_iou(mask, true[n]))]
        if candidates:
            iou, taken = min(candidates)
            free.remove(taken)
            yield -iou


def _plain_kaggle(found: Sequence[Mask], true: Sequence[Mask]) -> float:
    total = 0.0
    for percent in range(50, 100, 5):
        right = len(list(_plain_pairs(found, true, lambda iou, percent=percent: round(iou, 9) > percent / 100)))  # type: ignore[misc]
        total += right / (right + (len(found) - right) + (len(true) - right))
    return total / 10


def _plain_panoptic(found: Sequence[Mask], true: Sequence[Mask]) -> float:
    ious = list(_plain_pairs(found, true, lambda iou: iou > 0.5))
    return sum(ious) / (len(ious) + (len(found) - len(ious)) / 2 + (len(true) - len(ious)) / 2)


def _plain_jaccard(found: Sequence[Mask], true: Sequence[Mask]) -> float:
    common, union, used = 0, 0, set[int]()
    for instance in true:
        best = max(range(len(found)), key=lambda n: (_plain_iou(found[n], instance), -n))
        if not (found[best] & instance).any():
            union += int(instance.sum())
            continue
        common += int((found[best] & instance).sum())
        union += int((found[best] | instance).sum())
        used.add(best)
    return common / (union + sum(int(mask.sum()) for n, mask in enumerate(found) if n not in used))


def test_a_class_is_measured_as_if_it_were_alone() -> None:
    rng = np.random.default_rng(3)
    sides = [
        [{"category_id": int(rng.integers(1, 3)), "segmentation": rle.encode(m)} for m in _blobs(rng)] for _ in "ab"
    ]
    alone = [[entry for entry in side if entry["category_id"] == 2] for side in sides]
    assert measured.of_class([overlap(*sides)], 2) == measured.of_class([overlap(*alone)], 2)
