"""Weights of torchvision: the same features come of them here as there."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import resnet50
from torchvision.models.detection import maskrcnn_resnet50_fpn
from torchvision.models.detection.transform import GeneralizedRCNNTransform

from maskline.contract.categories import CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.pictures.networks.detectron import DetectronSegmenter
from maskline.pictures.networks.segmenter import build
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.starting import load_starting_weights

SIDE = 96
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


@pytest.fixture
def segmenter(table: CategoryTable) -> DetectronSegmenter:
    return ours(table, "mask-rcnn-r50")


def ours(table: CategoryTable, architecture: Any, strides: Any = "3x3") -> DetectronSegmenter:
    torch.manual_seed(0)
    spec = ModelSpec(
        architecture=architecture, channels=3, categories=table, short_side_px=0, long_side_px=0, strides=strides
    )
    segmenter = build(spec)
    assert isinstance(segmenter, DetectronSegmenter)
    return segmenter


@pytest.fixture(scope="module")
def theirs(table: CategoryTable) -> nn.Module:
    """torchvision's network of the table's classes and none, its statistics and biases not those it begins with."""
    torch.manual_seed(1)
    network: nn.Module = maskrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=1 + len(table.categories)
    ).eval()
    for name, value in network.state_dict().items():
        if name.endswith(("running_mean", "bias")):
            value.normal_(std=0.1)
        elif name.endswith("running_var"):
            value.uniform_(20, 60)  # as a ResNet of random weights has them: its features stay small
    return network


@pytest.fixture
def file(theirs: nn.Module, tmp_path: Path) -> Path:
    torch.save(theirs.state_dict(), tmp_path / "starting.pth")
    return tmp_path / "starting.pth"


@pytest.fixture(scope="module")
def picture() -> Tensor:
    """RGB, (3, SIDE, SIDE) uint8."""
    return torch.randint(0, 256, (3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(2))


def features(segmenter: DetectronSegmenter, picture: Tensor) -> dict[str, Tensor]:
    network: Any = segmenter.network.eval()
    with torch.no_grad():
        images = network.preprocess_image([{"image": picture.flip(0)}])
        found: dict[str, Tensor] = network.backbone(images.tensor)
    return found


def test_backbone_and_pyramid_see_the_same(
    segmenter: DetectronSegmenter, theirs: Any, file: Path, picture: Tensor
) -> None:
    load_starting_weights(segmenter, file)
    seen = GeneralizedRCNNTransform(SIDE, SIDE, MEAN, DEVIATION)([picture / 255])[0].tensors
    with torch.no_grad():
        expected = theirs.backbone(seen)
    found = features(segmenter, picture)
    for ours_, its in zip(("p2", "p3", "p4", "p5", "p6"), ("0", "1", "2", "3", "pool"), strict=True):
        scale = float(expected[its].abs().max())
        torch.testing.assert_close(found[ours_] / scale, expected[its] / scale, rtol=0, atol=1e-5)


def test_proposals_boxes_classes_and_masks_are_the_same(segmenter: DetectronSegmenter, theirs: Any, file: Path) -> None:
    """Of the same features of regions; detectron2 counts having no class last, torchvision first."""
    told, kept = load_starting_weights(segmenter, file)
    assert told["matched"] == told["of"]
    assert kept["names_left"] == []
    network: Any = segmenter.network.eval()
    level, regions = torch.rand(1, 256, 6, 6), torch.rand(5, 256, 7, 7)
    with torch.no_grad():
        (objectness,), (deltas,) = theirs.rpn.head([level])
        ours_ = network.proposal_generator.rpn_head([level])
        torch.testing.assert_close(ours_[0][0], objectness)
        torch.testing.assert_close(ours_[1][0], deltas)
        scores, boxes = theirs.roi_heads.box_predictor(theirs.roi_heads.box_head(regions))
        found = network.roi_heads.box_predictor(network.roi_heads.box_head(regions))
        torch.testing.assert_close(found[0], torch.cat([scores[:, 1:], scores[:, :1]], 1))
        torch.testing.assert_close(found[1], boxes[:, 4:])
        pooled = torch.rand(2, 256, 14, 14)
        masks = theirs.roi_heads.mask_predictor(theirs.roi_heads.mask_head(pooled))
        torch.testing.assert_close(network.roi_heads.mask_head.layers(pooled), masks[:, 1:])


def test_names_of_the_files_that_were_published_are_known(
    segmenter: DetectronSegmenter, theirs: nn.Module, tmp_path: Path
) -> None:
    """The first release of torchvision's detectors nested a few layers less."""

    def before(name: str) -> str:
        for fpn in ("inner_blocks", "layer_blocks"):
            if fpn in name:
                return name.replace(".0.weight", ".weight").replace(".0.bias", ".bias")
        if "mask_head" in name:
            number = int(name.split(".")[2])
            return name.replace(f"{number}.0.", f"mask_fcn{number + 1}.")
        return name.replace("rpn.head.conv.0.0.", "rpn.head.conv.")

    torch.save({before(name): value for name, value in theirs.state_dict().items()}, tmp_path / "starting.pth")
    told, _ = load_starting_weights(segmenter, tmp_path / "starting.pth")
    assert told["matched"] == told["of"]


def test_a_bare_resnet_starts_the_body(segmenter: DetectronSegmenter, picture: Tensor, tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = resnet50(weights=None).eval()
    torch.save(network.state_dict(), tmp_path / "starting.pth")
    told, _ = load_starting_weights(segmenter, tmp_path / "starting.pth")
    assert told["unused"] == 2  # weight and bias of the layer that tells a thousand classes
    seen = (picture / 255 - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]
    body: Any = segmenter.network.eval().backbone.bottom_up
    with torch.no_grad():
        below = network.maxpool(network.relu(network.bn1(network.conv1(seen[None]))))
        expected = network.layer2(network.layer1(below))
        images = segmenter.network.preprocess_image([{"image": picture.flip(0)}])
        found = body(images.tensor)["res3"]
    torch.testing.assert_close(found / expected.max(), expected / expected.max(), rtol=0, atol=1e-5)


def test_every_stage_of_a_cascade_starts_from_the_one_head(table: CategoryTable, theirs: nn.Module, file: Path) -> None:
    segmenter = ours(table, "cascade-mask-rcnn-r50")
    told, kept = load_starting_weights(segmenter, file)
    own, published = segmenter.network.state_dict(), theirs.state_dict()
    for stage in range(3):
        assert torch.equal(own[f"roi_heads.box_head.{stage}.fc2.weight"], published["roi_heads.box_head.fc7.weight"])
        masks = own[f"roi_heads.mask_head.{stage}.mask_fcn4.bias"]
        assert torch.equal(masks, published["roi_heads.mask_head.3.0.bias"])
    # a cascade moves a box in the same way whatever its class
    assert {name.split(".")[-2] for name in kept["names_left"]} == {"bbox_pred"}
    assert told["of"] - told["matched"] == 6


def test_a_resnet_that_halves_sides_elsewhere_is_refused(table: CategoryTable, file: Path) -> None:
    with pytest.raises(InvalidInput, match="mask-rcnn-r50 does with strides = 1x1: set strides = 3x3"):
        load_starting_weights(ours(table, "mask-rcnn-r50", "1x1"), file)
