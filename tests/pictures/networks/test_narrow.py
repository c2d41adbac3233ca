"""The narrow network end to end: it learns a picture by heart and finds it again."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.contract.categories import CategoryTable
from maskline.contract.coco import rle
from maskline.contract.coco.average_precision import average_precision
from maskline.pictures.networks import weights
from maskline.pictures.networks.segmenter import Segmenter, build
from maskline.pictures.prediction.inference import segment
from maskline.pictures.spec import ModelSpec


def overlap(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


def assert_alike(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    assert [found["category_id"] for found in one] == [found["category_id"] for found in other]
    for a, b in zip(one, other, strict=True):
        assert a["score"] == pytest.approx(b["score"], abs=1e-3)
        assert overlap(rle.decode(a["segmentation"]), rle.decode(b["segmentation"])) > 0.98


def test_a_picture_learnt_by_heart_is_found_again(learnt: Segmenter, drawing: Any, table: CategoryTable) -> None:
    found = segment(learnt, [drawing.picture], score_threshold=0.05)[0]
    results = [{"image_id": 1, **instance} for instance in found]
    assert average_precision(drawing.truth(table), results, "segm", 100).ap50 == pytest.approx(1.0)
    assert average_precision(drawing.truth(table), results, "bbox", 100).ap50 == pytest.approx(1.0)


def test_the_hole_of_a_ring_is_no_part_of_it(learnt: Segmenter, drawing: Any) -> None:
    ring = next(f for f in segment(learnt, [drawing.picture], 0.5)[0] if f["category_id"] == 2)
    mask = rle.decode(ring["segmentation"])
    assert not mask[30:43, 30:43].any()
    assert overlap(mask, drawing.masks[0]) > 0.7


def _place(instance: dict[str, Any]) -> tuple[int, float]:
    """Sort instances by class and place: their scores are nearly the same."""
    return instance["category_id"], instance["bbox"][0]


def test_results_of_a_scaled_picture_are_in_its_own_pixels(learnt: Segmenter, drawing: Any) -> None:
    tripled = drawing.picture.repeat(3, axis=0).repeat(3, axis=1)  # 384 px, which the spec scales down to 128
    small, large = segment(learnt, [drawing.picture, tripled], 0.5)
    assert len(small) == len(large) == len(drawing.masks)
    for before, after in zip(sorted(small, key=_place), sorted(large, key=_place), strict=True):
        assert after["segmentation"]["size"] == [384, 384]
        assert after["bbox"] == pytest.approx([3 * side for side in before["bbox"]], abs=12)
        third = rle.decode(after["segmentation"])[1::3, 1::3]
        assert overlap(third, rle.decode(before["segmentation"])) > 0.9


def test_a_picture_in_colour_gives_what_the_grey_one_gives(learnt: Segmenter, drawing: Any) -> None:
    grey, colour = segment(learnt, [drawing.picture, np.repeat(drawing.picture[..., None], 3, 2)], 0.5)
    assert_alike(grey, colour)


def test_company_changes_nothing(learnt: Segmenter, drawing: Any) -> None:
    other = drawing.picture[:100, ::-1].copy()
    alone = [segment(learnt, [picture], 0.5)[0] for picture in (drawing.picture, other)]
    together = segment(learnt, [other, drawing.picture, other, drawing.picture.T.copy(), drawing.picture], 0.5)
    assert_alike(alone[0], together[1])
    assert_alike(alone[0], together[4])
    assert_alike(alone[1], together[0])


def test_saved_and_loaded_it_answers_the_same(learnt: Segmenter, narrow_spec: ModelSpec, drawing: Any) -> None:
    torch.manual_seed(1)
    loaded = build(narrow_spec)
    weights.load(loaded, weights.to_bytes(learnt.to(memory_format=torch.channels_last)))
    learnt.to(memory_format=torch.contiguous_format)
    answers = [segment(network, [drawing.picture], 0.05) for network in (learnt, loaded)]
    assert answers[0] == answers[1]


def test_segmenting_leaves_the_network_in_its_mode(learnt: Segmenter, drawing: Any) -> None:
    learnt.train()
    segment(learnt, [drawing.picture], 0.5)
    assert learnt.training


def test_bfloat16_is_the_callers_choice(learnt: Segmenter, drawing: Any) -> None:
    with torch.autocast("cpu", torch.bfloat16):
        found = segment(learnt, [drawing.picture], 0.5)[0]
        losses = learnt.losses([drawing.training_image()])
    assert len(found) == len(drawing.masks)
    assert all(torch.isfinite(loss) for loss in losses.values())


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (33, 2), (700, 300, 3)])
def test_any_shape_of_picture_passes(learnt: Segmenter, shape: tuple[int, ...]) -> None:
    for instance in segment(learnt, [np.zeros(shape, np.uint8)], 0.0)[0]:
        assert instance["segmentation"]["size"] == list(shape[:2])


def test_no_pictures_give_no_results(learnt: Segmenter) -> None:
    assert segment(learnt, [], 0.5) == []
