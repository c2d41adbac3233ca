"""What every architecture owes those who train it."""

import subprocess
import sys
from typing import Any

import pytest
import torch
from detectron2.modeling.proposal_generator import RPN

from maskline.contract.categories import CategoryTable
from maskline.pictures.networks.config import LossConfig
from maskline.pictures.networks.heads.parts import REGIONS_AT_ONCE
from maskline.pictures.networks.segmenter import Segmenter, TrainingImage, build
from maskline.pictures.networks.silence import quiet
from maskline.pictures.spec import ModelSpec

NARROW: dict[str, Any] = {"architecture": "narrow", "channels": 1}
POINTREND: dict[str, Any] = {"architecture": "pointrend-r50", "channels": 3}
MASKS: dict[str, Any] = {"architecture": "mask-rcnn-narrow", "channels": 1}
CASCADE: dict[str, Any] = {"architecture": "cascade-mask-rcnn-narrow", "channels": 1}
ALL_LOSSES = LossConfig(boxes="ciou", boxes_weight=2, dice=1, class_weights={"ring": 2})


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
    ("fields", "losses"),
    [
        (NARROW, LossConfig()),
        (NARROW | {"channels": 3}, ALL_LOSSES),
        (MASKS, ALL_LOSSES),
        (CASCADE, LossConfig()),
        (CASCADE, ALL_LOSSES),
        (POINTREND, LossConfig()),
        (POINTREND | {"normalisation": "frozen"}, LossConfig()),
        ({"architecture": "mask-rcnn-r50", "channels": 3}, LossConfig()),
        ({"architecture": "cascade-mask-rcnn-r50", "channels": 3, "strides": "3x3"}, ALL_LOSSES),
    ],
)
def test_every_trainable_weight_has_a_part_in_the_loss(
    table: CategoryTable, drawing: Any, fields: Any, losses: LossConfig
) -> None:
    """Data-parallel training stops at a weight without a gradient; with labels or without must not matter."""
    segmenter = network(table, **fields)
    segmenter.sample(32, 100)
    segmenter.weigh(losses)
    image = taught(drawing, fields["channels"])
    for batch in ([image], [nothing(image)]):
        segmenter.zero_grad()
        terms = segmenter.losses(batch)
        assert all(torch.isfinite(term) for term in terms.values())
        torch.stack(list(terms.values())).sum().backward()
        assert [n for n, p in segmenter.named_parameters() if p.requires_grad and p.grad is None] == []


@pytest.mark.parametrize(("fields", "losses"), [(NARROW, ALL_LOSSES), (MASKS, LossConfig()), (CASCADE, ALL_LOSSES)])
def test_losses_fall_within_a_few_steps(table: CategoryTable, drawing: Any, fields: Any, losses: LossConfig) -> None:
    segmenter, image = network(table, **fields), taught(drawing, 1)
    segmenter.sample(32, 100)
    segmenter.weigh(losses)
    optimizer = torch.optim.AdamW(segmenter.parameters(), lr=1e-3)
    course = []
    for _ in range(15):
        loss = torch.stack(list(segmenter.losses([image]).values())).sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(segmenter.parameters(), 5.0)
        optimizer.step()
        course.append(loss.item())
    assert sum(course[-3:]) < 0.9 * sum(course[:3])


def test_sizes(table: CategoryTable) -> None:
    def millions(**fields: Any) -> float:
        return sum(parameter.numel() for parameter in network(table, **fields).parameters()) / 1e6

    assert millions(**NARROW) == pytest.approx(3.3, abs=0.1)
    assert millions(**POINTREND) == pytest.approx(56, abs=0.5)
    assert millions(**MASKS) == pytest.approx(2.4, abs=0.1)
    assert millions(**CASCADE) == pytest.approx(4.3, abs=0.1)


@pytest.mark.parametrize(
    ("body", "blocks", "millions"),
    # Without the last layer, 1000 x 2048 + 1000, torchvision's ResNets have 23.5, 42.5 and 58.1 million weights.
    [("r50", (3, 4, 6, 3), 23.5), ("r101", (3, 4, 23, 3), 42.5), ("r152", (3, 8, 36, 3), 58.1)],
)
@pytest.mark.parametrize("heads", ["mask-rcnn", "cascade-mask-rcnn"])
def test_bodies_are_the_published_ones(
    table: CategoryTable, heads: str, body: str, blocks: tuple[int, ...], millions: float
) -> None:
    with torch.device("meta"):
        segmenter = network(table, architecture=f"{heads}-{body}", channels=3)
    resnet: Any = segmenter.get_submodule("network.backbone.bottom_up")
    assert tuple(len(getattr(resnet, f"res{stage}")) for stage in (2, 3, 4, 5)) == blocks
    assert sum(parameter.numel() for parameter in resnet.parameters()) / 1e6 == pytest.approx(millions, abs=0.05)


def test_x152_has_32_groups_of_8_channels_in_its_first_stage(table: CategoryTable) -> None:
    with torch.device("meta"):
        segmenter = network(table, architecture="cascade-mask-rcnn-x152", channels=3, strides="3x3")
    first: Any = segmenter.get_submodule("network.backbone.bottom_up.res2.0.conv2")
    assert (first.groups, first.out_channels) == (32, 256)


@pytest.mark.parametrize(("strides", "first", "second"), [("1x1", (2, 2), (1, 1)), ("3x3", (1, 1), (2, 2))])
def test_sides_are_halved_where_the_weights_were_trained_to(
    table: CategoryTable, strides: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    with torch.device("meta"):
        segmenter = network(table, architecture="mask-rcnn-r50", channels=3, strides=strides)
    block: Any = segmenter.get_submodule("network.backbone.bottom_up.res3.0")
    assert (block.conv1.stride, block.conv2.stride) == (first, second)


def test_anchors_are_those_of_the_spec(table: CategoryTable) -> None:
    segmenter = network(table, **MASKS, anchor_sizes_px=(20, 40, 80), anchor_ratios=(0.25, 1, 4))
    generator: Any = segmenter.get_submodule("network.proposal_generator.anchor_generator")
    sides = [(cells[:, 2:] - cells[:, :2]).tolist() for cells in generator.cell_anchors]  # width, height
    assert sides[0] == [pytest.approx([40, 10]), pytest.approx([20, 20]), pytest.approx([10, 40])]
    assert [size[1][0] for size in sides] == pytest.approx([20, 40, 80])


def test_pointrend_predicts_one_score_per_class_and_one_for_none(table: CategoryTable) -> None:
    segmenter = network(table, **POINTREND)
    assert segmenter.get_submodule("network.roi_heads.box_predictor.cls_score").out_features == 4
    assert segmenter.get_submodule("network.roi_heads.mask_head.point_head.predictor").out_channels == 3


def test_frozen_keeps_what_starting_weights_say(table: CategoryTable) -> None:
    segmenter = network(table, **POINTREND, normalisation="frozen")
    fixed = {name for name, parameter in segmenter.named_parameters() if not parameter.requires_grad}
    assert {name.split(".")[3] for name in fixed} == {"stem", "res2"}


@pytest.mark.parametrize(("fields", "side"), [(NARROW, 56), (MASKS, 28), (CASCADE, 28)])
def test_at_most_so_many_detections_the_best_first(table: CategoryTable, fields: Any, side: int) -> None:
    segmenter = network(table, **fields, detections_per_image=7).eval()
    (found,) = segmenter.predict([torch.zeros(1, 64, 64, dtype=torch.uint8)], 0.0, 7)
    assert len(found.scores) == 7
    assert len(segmenter.predict([torch.zeros(1, 64, 64, dtype=torch.uint8)], 0.0, 3)[0].scores) == 3
    assert len(segmenter.predict([torch.zeros(1, 64, 64, dtype=torch.uint8)], 1.0, 3)[0].scores) == 0
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)
    assert found.masks.shape == (7, side, side)
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


@pytest.mark.parametrize("fields", [NARROW, MASKS, CASCADE])
def test_a_crowded_picture_goes_through_once_and_holds_what_detectron2_finds(table: CategoryTable, fields: Any) -> None:
    """Boxes are looked for among ever more proposals, but features and masks are made once, of what is kept."""
    segmenter = network(table, **fields, detections_per_image=7).eval()
    pixels = torch.randint(0, 256, (1, 96, 96), dtype=torch.uint8)
    passes: list[str] = []
    masks: list[int] = []
    for name in ("network.backbone", "network.proposal_generator.rpn_head"):
        segmenter.get_submodule(name).register_forward_hook(lambda *_, name=name: passes.append(name))
    for name, module in segmenter.named_modules():
        if name.endswith(("mask_fcn1", "coarse_head")):
            module.register_forward_hook(lambda _, given, __: masks.append(len(given[0])))
    (found,) = segmenter.predict([pixels], 0.0, 100)
    assert passes == ["network.backbone", "network.proposal_generator.rpn_head"]
    assert sum(masks) == 100 * (3 if fields is CASCADE else 1)

    stock: Any = segmenter.get_submodule("network")
    stock.proposal_generator.__class__ = RPN
    stock.proposal_generator.post_nms_topk[False] = 200  # two for each, where narrow.yaml has 150
    with quiet(), torch.no_grad():
        (plain,) = stock.inference([{"image": pixels}], do_postprocess=False)
    assert torch.equal(found.boxes, plain.pred_boxes.tensor)
    assert torch.equal(found.scores, plain.scores)
    assert torch.equal(found.classes, plain.pred_classes)
    assert torch.equal(found.masks, plain.pred_masks[:, 0])


@pytest.mark.parametrize(("fields", "most", "side"), [(MASKS, 2000, 512), (CASCADE, 300, 160), (NARROW, 300, 160)])
def test_masks_are_made_a_few_at_a_time(table: CategoryTable, fields: Any, most: int, side: int) -> None:
    segmenter = network(table, **fields, detections_per_image=most).eval()
    together: list[int] = []
    for name, module in segmenter.named_modules():
        if name.endswith(("mask_fcn1", "coarse_head")):
            module.register_forward_hook(lambda _, given, __: together.append(len(given[0])))
    (found,) = segmenter.predict([torch.randint(0, 256, (1, side, side), dtype=torch.uint8)], 0.0, most)
    assert len(found.masks) == most
    assert max(together) == REGIONS_AT_ONCE["cpu"]
    assert sum(together) == most * (3 if fields is CASCADE else 1)


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
