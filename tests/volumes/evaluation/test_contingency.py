"""Shared voxels, however a volume is cut, and what follows from them, against the plainest way."""

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.metrics import variation_of_information

from maskline.volumes.evaluation.contingency import Contingency, Part, contingency
from maskline.volumes.evaluation.figures import metrics_of
from maskline.volumes.evaluation.matching import Matched, matched
from maskline.volumes.evaluation.metrics import Metrics

Labels = NDArray[np.uint32]
TOLD = {"split": "val", "domain": {}}


def pair(seed: int) -> tuple[Labels, Labels, NDArray[np.bool_]]:
    """Return labels of blocks, others that agree with them here and there, and a mask."""
    rng = np.random.default_rng(seed)
    truth = np.kron(rng.integers(0, 6, (3, 4, 4)), np.ones((4, 3, 4), int)).astype(np.uint32)
    found = np.where(rng.random(truth.shape) < 0.75, truth * 3, rng.integers(0, 3, truth.shape)).astype(np.uint32)
    return truth, found, rng.random(truth.shape) < 0.9


def whole(truth: Labels, found: Labels, counts: NDArray[np.bool_] | None = None) -> Contingency:
    return contingency([Part((0, 0, 0), truth, found, np.ones(truth.shape, bool) if counts is None else counts)])


def compared(truth: Labels, found: Labels, scores: dict[int, float] | None = None) -> Matched:
    numbers = [int(number) for number in np.unique(found) if number]
    results = [{"instance": number, "category_id": 1, "score": (scores or {}).get(number, 0.5)} for number in numbers]
    return matched("a", whole(truth, found), {int(number): 1 for number in np.unique(truth) if number}, results)


def metrics(*volumes: Matched) -> Metrics:
    centres = {one.name: np.zeros((len(one.table.results), 3)) for one in volumes}
    return metrics_of(volumes, centres, 5, {1: "complex"}, TOLD)


def plain_iou(truth: Labels, found: Labels) -> dict[tuple[int, int], float]:
    return {
        (int(one), int(other)): float(
            ((truth == one) & (found == other)).sum() / ((truth == one) | (found == other)).sum()
        )
        for one in np.unique(truth)[1:]
        for other in np.unique(found)[1:]
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_volume_in_parts_counts_as_it_does_whole(seed: int) -> None:
    truth, found, counts = pair(seed)
    cuts = [slice(0, 5), slice(5, 6), slice(6, 12)]

    table = contingency(Part((cut.start, 0, 0), truth[cut], found[cut], counts[cut]) for cut in cuts)

    once = whole(truth, found, counts)
    for field in Contingency.__slots__:
        np.testing.assert_allclose(getattr(table, field), getattr(once, field), err_msg=field)


@pytest.mark.parametrize("seed", range(3))
def test_overlaps_and_centres_are_those_of_every_pair(seed: int) -> None:
    truth, found, counts = pair(seed)
    truth, found = np.where(counts, truth, 0), np.where(counts, found, 0)

    table = whole(truth, found, counts)

    expected = plain_iou(truth, found)
    for (there, result), iou in zip(table.pairs, table.overlaps(), strict=True):
        if there >= 0 and result >= 0:
            assert iou == pytest.approx(expected[int(table.truths[there]), int(table.results[result])])
    for number, centre in zip(table.truths, table.centres, strict=True):
        np.testing.assert_allclose(centre, np.argwhere(truth == number).mean(0))


@pytest.mark.parametrize("seed", range(3))
def test_variation_of_information_is_scikit_images(seed: int) -> None:
    truth, found, _ = pair(seed)

    figures = metrics(compared(truth, found)).figures

    split, merge = variation_of_information(truth[truth > 0], found[truth > 0])
    assert figures["voi_merge"] == pytest.approx(merge)
    assert figures["voi_split"] == pytest.approx(split)
    shared = ((truth > 0) & (found > 0)).sum() / ((truth > 0) | (found > 0)).sum()
    assert figures["foreground_iou"] == pytest.approx(shared)


def row(*runs: tuple[int, int]) -> Labels:
    """Return a volume of one row: (instance, voxels) one after another."""
    return np.concatenate([np.full(count, number, np.uint32) for number, count in runs])[None, None]


def test_what_became_of_each_by_hand() -> None:
    #             found      merged with 3      split       missed
    truth = row((1, 10), (2, 10), (3, 12), (4, 20), (5, 10), (0, 10))
    found = row((1, 9), (0, 1), (2, 22), (3, 9), (4, 11), (0, 10), (5, 10))
    found[0, 0, 10 + 22 : 10 + 22 + 20] = np.repeat([3, 4], [10, 10])

    volume = compared(truth, found)

    assert volume.fates() == ["found", "merged", "found", "split", "missed"]
    assert volume.origins() == ["right", "right", "piece", "piece", "spurious"]


def test_figures_by_hand() -> None:
    """Three instances; one is found whole, one by 6 of 10 voxels; a result of nothing is the surest."""
    truth = row((1, 10), (2, 10), (3, 10), (0, 10))
    found = row((7, 10), (8, 6), (0, 14), (9, 10))

    found_metrics = metrics(compared(truth, found, {7: 0.8, 8: 0.7, 9: 0.9}))

    figures = found_metrics.figures
    assert figures["precision"] == figures["recall"] == figures["f1"] == pytest.approx(2 / 3)
    assert figures["sq"] == pytest.approx((1 + 0.6) / 2)
    assert figures["pq"] == pytest.approx(0.8 * 2 / 3)
    assert [round(at.recall or 0, 3) for at in found_metrics.at] == [0.667] * 2 + [0.333] * 8
    # Precision is 1/2 at a recall of 1/3 and 2/3 at 2/3: the best there or beyond is 2/3, for recalls up to .66.
    assert figures["ap50"] == pytest.approx(67 / 101 * 2 / 3)
    accuracies = [2 / 4] * 2 + [1 / 5] * 8
    assert figures["mean_accuracy"] == pytest.approx(np.mean(accuracies))
    assert found_metrics.fates == {"found": 2, "merged": 0, "split": 0, "missed": 1, "spurious": 1}


def test_a_result_of_another_class_is_right_in_all_but_not_in_the_class() -> None:
    truth = found = row((1, 10), (2, 10))
    results = [{"instance": 1, "category_id": 1, "score": 1.0}, {"instance": 2, "category_id": 1, "score": 1.0}]
    volume = matched("a", whole(truth, found), {1: 1, 2: 2}, results)

    both = metrics_of([volume], {"a": volume.table.centres}, 5, {1: "one", 2: "two"}, TOLD)

    assert both.figures["ap50"] == 1
    assert both.figures["class_accuracy"] == 0.5
    assert both.per_class["one"].precision50 == 0.5
    assert both.per_class["one"].recall50 == 1
    assert both.per_class["two"].recall50 == 0


def test_centres_are_found_within_the_radius() -> None:
    truth, found = row((1, 3), (0, 20), (2, 3)), row((5, 3), (0, 20), (6, 3))
    volume = compared(truth, found)
    near = metrics_of([volume], {"a": np.array([[0, 0, 5.0], [0, 0, 60]])}, 4, {1: "complex"}, TOLD)

    assert near.figures["centre_recall"] == 0.5
    assert near.figures["centre_precision"] == 0.5


def test_neighbours_are_as_near_as_their_balls() -> None:
    """Cubes of 6 voxels a side are as large as balls of radius 3.72."""
    labels = np.zeros((6, 6, 40), np.uint32)
    labels[:, :, :6], labels[:, :, 6:12], labels[:, :, 30:36] = 1, 2, 3

    volume = compared(labels, labels)

    radius = float(np.cbrt(3 * 216 / (4 * np.pi)))
    np.testing.assert_allclose(volume.apart, [6 / (2 * radius), 6 / (2 * radius), 24 / (2 * radius)])
    groups = metrics(volume).by_neighbour
    assert (groups["touching"].instances, groups["far"].instances) == (2, 1)


def test_nothing_there_and_nothing_found_is_nothing_to_measure() -> None:
    empty = np.zeros((2, 2, 2), np.uint32)

    none = metrics(compared(empty, empty))

    assert set(none.figures.values()) == {None}
    assert none.by_size == {}


def test_nothing_found_is_nothing_right() -> None:
    figures = metrics(compared(row((1, 5)), row((0, 5)))).figures

    assert figures["ap50"] == figures["recall"] == figures["f1"] == figures["pq"] == 0
    assert figures["precision"] is None
