"""One class for a picture, instances large enough, and apart."""

from typing import Any

import numpy as np
import pytest

from maskline.contract.coco import rle
from maskline.pictures.prediction.rules import apart, of_one_class

HEIGHT, WIDTH = 30, 40


def instance(mask: rle.Mask, score: float = 0.5, category: int = 3) -> dict[str, Any]:
    code = rle.encode(mask)
    return {"category_id": category, "score": score, "bbox": rle.bbox(code), "segmentation": code}


def block(x: int, y: int, w: int, h: int) -> rle.Mask:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[y : y + h, x : x + w] = True
    return mask


def drawn(seed: int, count: int) -> list[dict[str, Any]]:
    """Return as many blobs of two classes, each some of a block's pixels, best first."""
    rng = np.random.default_rng(seed)
    blobs = []
    for number in range(count):
        x, y, w, h = (int(side) for side in (*rng.integers(0, 24, 2), *rng.integers(2, 16, 2)))
        mask = block(x, y, w, h) & (rng.random((HEIGHT, WIDTH)) < 0.8)
        blobs.append(instance(mask, 1 - number / count, int(rng.integers(3, 5))))
    return blobs


def plainly_apart(instances: list[dict[str, Any]], smallest: dict[int, int]) -> list[tuple[float, rle.Mask]]:
    """Give every pixel to the best one that has it, one pixel after another."""
    owned = np.zeros((HEIGHT, WIDTH), bool)
    kept = []
    for each in instances:
        mask, own = rle.decode(each["segmentation"]), np.zeros((HEIGHT, WIDTH), bool)
        for row, column in np.argwhere(mask):
            own[row, column] = not owned[row, column]
        if own.sum() >= smallest.get(each["category_id"], 1):
            owned |= own
            kept.append((each["score"], own))
    return kept


@pytest.mark.parametrize("smallest", [{}, {3: 20}, {3: 40, 4: 5}])
def test_each_keeps_what_no_better_one_has_as_the_plain_loop_says(smallest: dict[int, int]) -> None:
    instances = drawn(1, 60)
    kept, expected = apart(instances, smallest), plainly_apart(instances, smallest)
    assert 3 < len(kept) < len(instances)
    assert [each["score"] for each in kept] == [score for score, _ in expected]
    for each, (_, mask) in zip(kept, expected, strict=True):
        assert (rle.decode(each["segmentation"]) == mask).all()
        assert each["bbox"] == rle.bbox(rle.encode(mask))


def test_what_overlaps_nothing_stays_as_it_is() -> None:
    first = instance(block(0, 0, 10, 10)) | {"bbox": [0.25, 0, 9.5, 10]}  # a network's box need not be the mask's
    second = instance(block(10, 0, 10, 10))
    assert apart([first, second], {}) == [first, second]
    assert apart([], {}) == []


def test_the_pixels_of_what_is_too_small_go_to_the_next_one() -> None:
    best, bitten, last = instance(block(0, 0, 10, 10)), instance(block(5, 0, 10, 10)), instance(block(8, 0, 12, 10))
    kept = apart([best, bitten, last], {3: 51})  # the second keeps 5 x 10 pixels of its 10 x 10
    assert [rle.area(each["segmentation"]) for each in kept] == [100, 100]
    assert kept[1]["bbox"] == [10, 0, 10, 10]
    assert [rle.area(each["segmentation"]) for each in apart([best, bitten, last], {3: 50})] == [100, 50, 50]


def test_what_covers_nothing_of_its_own_is_gone() -> None:
    assert apart([instance(block(0, 0, 10, 10)), instance(block(2, 2, 5, 5))], {}) == [instance(block(0, 0, 10, 10))]


def test_the_class_with_most_score_is_everybodys() -> None:
    one, two, three = (instance(block(0, 0, 5, 5), score, kind) for score, kind in ((0.9, 3), (0.3, 4), (0.4, 4)))
    classes = [[each["category_id"] for each in sight] for sight in of_one_class([[one, two], [three]])]
    assert classes == [[3, 3], [3]]
    more = instance(block(0, 0, 5, 5), 0.5, 4)
    assert {each["category_id"] for sight in of_one_class([[one, two], [three, more]]) for each in sight} == {4}
    assert of_one_class([[], []]) == [[], []]


def test_of_classes_with_equal_scores_the_first_id_wins() -> None:
    both = [instance(block(0, 0, 5, 5), 0.5, kind) for kind in (4, 3)]
    assert [each["category_id"] for each in of_one_class([both])[0]] == [3, 3]
