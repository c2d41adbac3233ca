"""Several finders as one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from maskline.contract.coco import rle
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.fusion.sights import together
from maskline.pictures.prediction.inference import Finder, Found, Pixels

PICTURES = [np.zeros((20, 20), np.uint8), np.zeros((20, 20), np.uint8)]


def block(x: int, score: float, category: int = 3) -> dict[str, Any]:
    mask = np.zeros((20, 20), bool)
    mask[5:15, x : x + 10] = True
    return {"category_id": category, "score": score, "bbox": [x, 5, 10, 10], "segmentation": rle.encode(mask)}


def finds(*instances: dict[str, Any], limited: bool = False) -> Finder:
    """Return a finder of these in the first picture and of nothing in all others."""

    def find(pictures: Sequence[Pixels]) -> list[Found]:
        return [Found([] if number else list(instances), limited and not number) for number in range(len(pictures))]

    return find


def test_what_each_finds_is_fused_picture_by_picture() -> None:
    first, second, far = block(0, 0.5), block(1, 0.75), block(10, 0.25)
    full, empty = together([finds(first), finds(second, far)], PicturePrediction())(PICTURES)
    assert full == Found([second | {"agreement": 1.0}, far | {"agreement": 0.5}], limited=False)
    assert empty == Found([], limited=False)
    (mean, alone), _ = (
        each.instances
        for each in together([finds(first), finds(second, far)], PicturePrediction(fusion="boxes"))(PICTURES)
    )
    assert (mean["score"], mean["bbox"], alone["score"]) == (0.625, [0.6, 5, 10, 10], 0.125)


def test_what_fusing_makes_unsure_is_left_out() -> None:
    config = PicturePrediction(fusion="boxes", score_threshold=0.4)
    assert together([finds(block(0, 0.75)), finds()], config)(PICTURES)[0].instances == []


def test_of_all_sights_so_many_are_kept_and_that_is_told() -> None:
    sights = [finds(block(0, 0.5)), finds(block(10, 0.75))]
    best = Found([block(10, 0.75) | {"agreement": 0.5}], limited=True)
    assert together(sights, PicturePrediction(max_detections=1))(PICTURES)[0] == best
    assert not together(sights, PicturePrediction(max_detections=2))(PICTURES)[0].limited
    limited = [finds(block(0, 0.5), limited=True), finds(block(0, 0.5))]
    assert [each.limited for each in together(limited, PicturePrediction())(PICTURES)] == [True, False]


def test_one_class_for_all_leaves_nothing_twice() -> None:
    sight = finds(block(0, 0.75, category=3), block(0, 0.5, category=4), block(10, 0.5, category=4))
    (found, _) = together([sight], PicturePrediction(one_class=True))(PICTURES)
    assert found.instances == [block(0, 0.75, category=4), block(10, 0.5, category=4)]
