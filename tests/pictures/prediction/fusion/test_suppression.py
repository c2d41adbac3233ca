"""Greedy non-maximum suppression, by boxes and by masks."""

from typing import Any

import numpy as np
import pytest
import torch
from torchvision.ops import batched_nms

from maskline.contract.coco import rle
from maskline.pictures.prediction.fusion import suppression
from maskline.pictures.prediction.fusion.suppression import Shape, suppressed

SIDE = 48  # pixels


def block(x: int, y: int, w: int, h: int, score: float, category: int = 1) -> dict[str, Any]:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[y : y + h, x : x + w] = True
    return {"category_id": category, "score": score, "bbox": [x, y, w, h], "segmentation": rle.encode(mask)}


def drawn(rng: np.random.Generator, count: int) -> list[dict[str, Any]]:
    """Return as many blobs, each a random half of a block's pixels, whose scores differ."""
    found = []
    for score in rng.permutation(count) / count:
        x, y, w, h = (int(side) for side in (*rng.integers(0, 30, 2), *rng.integers(6, 18, 2)))
        mask = np.zeros((SIDE, SIDE), bool)
        mask[y : y + h, x : x + w] = rng.random((h, w)) < 0.9
        blob = {"bbox": [x, y, w, h], "segmentation": rle.encode(mask)}
        found.append({"category_id": int(rng.integers(1, 4)), "score": float(score), **blob})
    return found


def plainly(instances: list[dict[str, Any]], iou: float) -> list[dict[str, Any]]:
    """Suppress by whole masks, one pair after another."""
    kept: list[tuple[dict[str, Any], rle.Mask]] = []
    for instance in sorted(instances, key=lambda each: -each["score"]):
        mask = rle.decode(instance["segmentation"])
        others = [other for better, other in kept if better["category_id"] == instance["category_id"]]
        if not any((mask & other).sum() > iou * (mask | other).sum() for other in others):
            kept.append((instance, mask))
    return [instance for instance, _ in kept]


def test_the_best_of_those_that_overlap_stays_and_what_it_removed_removes_nothing() -> None:
    # Each is 10 px wide and 4 px to the right of the one before: the IoU of neighbours is 6 / 14, of others 2 / 18.
    row = [block(4 * number, 5, 10, 10, score) for number, score in enumerate((0.7, 0.8, 0.9, 0.6, 0.5))]
    assert [each["score"] for each in suppressed(row, "bbox", 0.4)] == [0.9, 0.7, 0.5]
    assert [each["score"] for each in suppressed(row, "bbox", 0.45)] == [0.9, 0.8, 0.7, 0.6, 0.5]
    assert [each["score"] for each in suppressed(row, "segmentation", 0.1)] == [0.9]


def test_an_iou_that_is_just_reached_is_allowed() -> None:
    both = [block(0, 0, 10, 10, 0.9), block(0, 0, 10, 5, 0.8)]
    assert suppressed(both, "bbox", 0.5) == suppressed(both, "segmentation", 0.5) == both
    assert suppressed(both, "bbox", 0.49) == suppressed(both, "segmentation", 0.49) == both[:1]


def test_classes_do_not_meet() -> None:
    both = [block(0, 0, 10, 10, 0.8, category=2), block(0, 0, 10, 10, 0.9, category=1)]
    assert suppressed(both, "bbox", 0.1) == both[::-1]


def test_bonds_that_cross_share_a_box_but_few_pixels() -> None:
    corner, falling, rising = np.arange(10), np.zeros((SIDE, SIDE), bool), np.zeros((SIDE, SIDE), bool)
    falling[corner, corner] = rising[corner, 9 - corner] = True
    both = [
        block(0, 0, 10, 10, score) | {"segmentation": rle.encode(mask)}
        for score, mask in ((0.9, falling), (0.8, rising))
    ]
    assert suppressed(both, "bbox", 0.5) == both[:1]
    assert suppressed(both, "segmentation", 0.5) == both


@pytest.mark.parametrize("iou", [0.2, 0.5])
def test_masks_are_suppressed_as_the_plain_loop_does(iou: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "AT_ONCE", 16)
    instances = drawn(np.random.default_rng(3), 150)
    assert suppressed(instances, "segmentation", iou) == plainly(instances, iou)


@pytest.mark.parametrize("iou", [0.3, 0.5])
def test_boxes_are_suppressed_as_torchvision_does(iou: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "AT_ONCE", 16)
    instances = drawn(np.random.default_rng(4), 300)
    boxes = torch.tensor([each["bbox"] for each in instances], dtype=torch.float64)
    boxes[:, 2:] += boxes[:, :2]
    scores = torch.tensor([each["score"] for each in instances], dtype=torch.float64)
    classes = torch.tensor([each["category_id"] for each in instances])
    expected = [instances[number] for number in batched_nms(boxes, scores, classes, iou).tolist()]
    assert suppressed(instances, "bbox", iou) == expected


@pytest.mark.parametrize("shape", ["bbox", "segmentation"])
def test_nothing_stays_nothing(shape: Shape) -> None:
    assert suppressed([], shape, 0.5) == []
