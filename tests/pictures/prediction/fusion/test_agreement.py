"""The share of the sights that found an instance."""

from typing import Any

import numpy as np

from maskline.contract.coco import rle
from maskline.pictures.prediction.fusion.agreement import agreed


def block(x: int, category: int = 1) -> dict[str, Any]:
    """An instance of 10 x 10 pixels from column x on."""
    mask = np.zeros((20, 60), bool)
    mask[:10, x : x + 10] = True
    return {"category_id": category, "score": 0.5, "bbox": [x, 0, 10, 10], "segmentation": rle.encode(mask)}


def test_who_found_nothing_alike_or_another_class_does_not_agree() -> None:
    sights = [[block(0), block(30)], [block(1)], [block(0, 2)], []]
    shares = [one["agreement"] for one in agreed([block(0), block(30), block(0, 2)], sights, "segmentation", 0.5)]
    assert shares == [0.5, 0.25, 0.25]


def test_half_a_box_aside_is_not_alike() -> None:
    (one,) = agreed([block(0)], [[block(0)], [block(5)]], "bbox", 0.5)
    assert one["agreement"] == 0.5
    (same,) = agreed([block(0)], [[block(0)], [block(3)]], "bbox", 0.5)
    assert same["agreement"] == 1


def test_nothing_stays_nothing() -> None:
    assert agreed([], [[block(0)], []], "bbox", 0.5) == []
