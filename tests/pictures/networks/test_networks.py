"""What every architecture owes those who train it."""

import subprocess
import sys
from typing import Any

import pytest
import torch

from maskline.contract.categories import CategoryTable
from maskline.pictures.networks.segmenter import Segmenter, TrainingImage, build
from maskline.pictures.spec import ModelSpec

NARROW = {"architecture": "narrow", "channels": 1}
POINTREND = {"architecture": "pointrend-r50", "channels": 3}


def network(table: CategoryTable, **fields: Any) -> Segmenter:
    torch.manual_seed(0)
    return build(ModelSpec(categories=table, short_side_px=0, long_side_px=128, **fields))


def taught(drawing: Any, channels: int) -> TrainingImage:
    image: TrainingImage = drawing.training_image()
    return TrainingImage(image.pixels.expand(channels, -1, -1), image.boxes, image.classes, image.masks)


def nothing(image: TrainingImage) -> TrainingImage:
    """Return the same picture with no instance labelled."""
    return TrainingImage(image.pixels, image.boxes[:0], image.classes[:0], image.masks[:0])


@pytest.mark.parametrize(
    "fields", [NARROW, NARROW | {"channels": 3}, POINTREND, POINTREND | {"normalisation": "frozen"}]
)
def test_every_trainable_weight_has_a_part_in_the_loss(table: CategoryTable, drawing: Any, fields: Any) -> None:
    """Data-parallel training stops at a weight without a gradient; with labels or without must not matter."""
    segmenter = network(table, **fields)
    image = taught(drawing, fields["channels"])
    for batch in ([image], [nothing(image)]):
        segmenter.zero_grad()
        losses = segmenter.losses(batch)
        assert all(torch.isfinite(loss) for loss in losses.values())
        torch.stack(list(losses.values())).sum().backward()
        assert [n for n, p in segmenter.named_parameters() if p.requires_grad and p.grad is None] == []


def test_sizes(table: CategoryTable) -> None:
    def millions(**fields: Any) -> float:
        return sum(parameter.numel() for parameter in network(table, **fields).parameters()) / 1e6

    assert millions(**NARROW) == pytest.approx(3.3, abs=0.1)
    assert millions(**POINTREND) == pytest.approx(56, abs=0.5)


def test_pointrend_predicts_one_score_per_class_and_one_for_none(table: CategoryTable) -> None:
    segmenter = network(table, **POINTREND)
    assert segmenter.get_submodule("network.roi_heads.box_predictor.cls_score").out_features == 4
    assert segmenter.get_submodule("network.roi_heads.mask_head.point_head.predictor").out_channels == 3


def test_frozen_keeps_what_starting_weights_say(table: CategoryTable) -> None:
    segmenter = network(table, **POINTREND, normalisation="frozen")
    fixed = {name for name, parameter in segmenter.named_parameters() if not parameter.requires_grad}
    assert {name.split(".")[3] for name in fixed} == {"stem", "res2"}


def test_at_most_so_many_detections_the_best_first(table: CategoryTable) -> None:
    segmenter = network(table, **NARROW, detections_per_image=7).eval()
    (found,) = segmenter.predict([torch.zeros(1, 64, 64, dtype=torch.uint8)], 0.0, 7)
    assert len(found.scores) == 7
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)
    assert found.masks.shape == (7, 56, 56)
    assert 0 <= found.masks.min() <= found.masks.max() <= 1


def test_a_crowded_picture_is_looked_at_once_more_and_another_is_not(table: CategoryTable) -> None:
    segmenter = network(table, **NARROW, detections_per_image=7).eval()
    pixels = torch.zeros(1, 64, 64, dtype=torch.uint8)
    proposals: Any = segmenter.get_submodule("network.proposal_generator")
    before = (dict(proposals.pre_nms_topk), dict(proposals.post_nms_topk))
    (crowded,) = segmenter.predict([pixels], 0.0, 40)
    assert len(crowded.scores) == 40
    assert len(segmenter.predict([pixels], 0.0, 3)[0].scores) == 3
    (few,) = segmenter.predict([pixels], 0.0, 7)
    assert torch.equal(crowded.scores[:7], few.scores)
    sure = float(few.scores[3])  # fewer than two thirds of seven are surer
    own, wide = (segmenter.predict([pixels], sure, most)[0] for most in (7, 40))
    assert torch.equal(own.masks, wide.masks)
    assert (dict(proposals.pre_nms_topk), dict(proposals.post_nms_topk)) == before


def test_nothing_scores_more_than_certain(table: CategoryTable) -> None:
    (found,) = network(table, **NARROW).eval().predict([torch.zeros(1, 64, 64, dtype=torch.uint8)], 1.0, 7)
    assert len(found.boxes) == len(found.scores) == len(found.classes) == len(found.masks) == 0


QUIET = """
import torch
from maskline.contract.categories import Category, CategoryTable
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.networks.segmenter import TrainingImage, build
from maskline.pictures.spec import ModelSpec
table = CategoryTable(domain="d", policy="1", categories=(Category(id=1, name="a", colour="#000000"),))
spec = ModelSpec(architecture="narrow", channels=1, categories=table, short_side_px=0, long_side_px=0)
pixels = torch.zeros(1, 64, 64, dtype=torch.uint8)
mask = Crops.packed(torch.ones(4096, dtype=torch.uint8), torch.tensor([[0, 0, 64, 64]]), (64, 64))
segmenter = build(spec)
segmenter.losses([TrainingImage(pixels, torch.tensor([[0.0, 0.0, 64.0, 64.0]]), torch.tensor([0]), mask)])
segmenter.eval().predict([pixels], 0.0, 7)
"""


def test_building_training_and_predicting_say_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
