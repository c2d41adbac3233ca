"""Cropped masks teach exactly what whole ones teach stock detectron2: the same targets, the same losses."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from detectron2.modeling import build_model
from detectron2.modeling.proposal_generator import RPN
from detectron2.modeling.roi_heads import CascadeROIHeads, FastRCNNOutputLayers
from detectron2.modeling.roi_heads.mask_head import MaskRCNNConvUpsampleHead
from detectron2.projects.point_rend import PointRendMaskHead
from detectron2.projects.point_rend.point_features import sample_point_labels
from detectron2.structures import BitMasks, Boxes, Instances
from detectron2.utils.events import EventStorage
from torch import Tensor, nn

from maskline.contract.categories import CategoryTable
from maskline.contract.coco import rle
from maskline.pictures.networks.detectron import DetectronSegmenter, network_config
from maskline.pictures.networks.heads.boxes import BoxPredictor
from maskline.pictures.networks.heads.masks import GridMaskHead
from maskline.pictures.networks.heads.points import PointMaskHead
from maskline.pictures.networks.proposals import SampledProposals
from maskline.pictures.networks.segmenter import TrainingImage, build
from maskline.pictures.networks.silence import quiet
from maskline.pictures.networks.targets import at_points, on_grids
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.spec import ModelSpec

HEIGHT, WIDTH = 96, 128
NETWORKS: dict[str, dict[str, Any]] = {
    "narrow": {"architecture": "narrow", "channels": 1},
    "pointrend-r50": {"architecture": "pointrend-r50", "channels": 3},
    "mask-rcnn-narrow": {"architecture": "mask-rcnn-narrow", "channels": 1},
    "mask-rcnn-r50": {"architecture": "mask-rcnn-r50", "channels": 3},
}
TERMS = {"loss_cls", "loss_box_reg", "loss_mask", "loss_rpn_cls", "loss_rpn_loc"}
OF_STOCK = {
    SampledProposals: RPN,
    PointMaskHead: PointRendMaskHead,
    GridMaskHead: MaskRCNNConvUpsampleHead,
    BoxPredictor: FastRCNNOutputLayers,
}
"""Ours, and what of detectron2's it computes."""


def drawn_masks() -> list[rle.Mask]:
    """Return masks that reach every rim, one of a single pixel, one of all pixels, one with a hole, and thin ones."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    distance = np.hypot(x - 60, y - 40)
    return [
        (distance < 22) & (distance > 12),
        (x < 30) & (y < 9),
        (x >= WIDTH - 17) & (y >= HEIGHT - 40),
        (x == WIDTH - 1) & (y == 0),
        (x == 77) & (y == 50),
        abs(x - y - 10) < 3,
        (y == HEIGHT - 1) & (x < 100),
        np.ones((HEIGHT, WIDTH), bool),
        np.random.default_rng(0).random((HEIGHT, WIDTH)) * ((x // 20 == 2) & (y // 20 == 1)) > 0.5,
    ]


@pytest.fixture(scope="module")
def crops() -> Crops:
    return Crops.of_rles([rle.encode(mask) for mask in drawn_masks()], (HEIGHT, WIDTH))


@pytest.fixture(scope="module")
def picked(crops: Crops) -> tuple[Tensor, Tensor]:
    """Which mask each of 200 regions belongs to, and the regions: the masks' own boxes, and some off them."""
    torch.manual_seed(0)
    masks = torch.arange(200) % len(crops)
    own = crops.boxes[masks].float()
    moved = own + torch.randn(200, 4) * 6
    moved = torch.cat([torch.minimum(moved[:, :2], moved[:, 2:] - 1), moved[:, 2:]], 1)
    regions = torch.where(torch.arange(200)[:, None] < 2 * len(crops), own, moved)
    regions[-1] = torch.tensor([-9.5, -30.0, WIDTH + 20.0, HEIGHT + 7.3])
    return masks, regions


@pytest.mark.parametrize("side", [7, 28])
def test_grids_are_those_of_whole_masks_to_the_last_cell(
    crops: Crops, picked: tuple[Tensor, Tensor], side: int
) -> None:
    masks, regions = picked
    expected = BitMasks(crops.full())[masks].crop_and_resize(regions, side)
    assert torch.equal(on_grids(crops[masks], regions, side), expected)
    assert on_grids(crops[masks[:0]], regions[:0], side).shape == (0, side, side)


def test_labels_of_points_are_those_of_whole_masks(crops: Crops, picked: tuple[Tensor, Tensor]) -> None:
    masks, regions = picked
    points = regions[:, None, :2] + torch.rand(200, 50, 2) * (regions[:, None, 2:] - regions[:, None, :2])
    instances = Instances((HEIGHT, WIDTH), gt_masks=BitMasks(crops.full())[masks])
    torch.testing.assert_close(
        at_points(crops[masks], points), sample_point_labels([instances], points), atol=1e-4, rtol=0
    )


def batch(crops: Crops, channels: int) -> list[TrainingImage]:
    """Return three pictures: with all masks, without any, and with two of one pixel each."""
    torch.manual_seed(1)
    pictures = []
    for chosen in (slice(None), slice(0), slice(3, 5)):
        boxes = crops.boxes[chosen].float()
        pixels = torch.randint(0, 256, (channels, HEIGHT, WIDTH), dtype=torch.uint8)
        pictures.append(TrainingImage(pixels, boxes, torch.arange(len(boxes)) % 3, crops[chosen]))
    return pictures


def stock_network(segmenter: DetectronSegmenter) -> nn.Module:
    """Return detectron2's own network with the segmenter's weights."""
    if segmenter.spec.body == "narrow":  # its backbone is not detectron2's, all else is
        network: nn.Module = copy.deepcopy(segmenter.network)
        for part in network.modules():
            part.__class__ = OF_STOCK.get(type(part), type(part))
        return network
    config = network_config(segmenter.spec)
    config.MODEL.META_ARCHITECTURE = "GeneralizedRCNN"
    config.MODEL.ROI_HEADS.NAME = "StandardROIHeads"
    points = segmenter.spec.heads == "pointrend"
    config.MODEL.ROI_MASK_HEAD.NAME = "PointRendMaskHead" if points else "MaskRCNNConvUpsampleHead"
    config.MODEL.MASK_ON = True
    config.MODEL.DEVICE = "cpu"
    config.MODEL.RESNETS.DEPTH = 50
    config.MODEL.RESNETS.NORM = "BN"
    config.MODEL.BACKBONE.FREEZE_AT = 0
    stock: nn.Module = build_model(config)
    stock.load_state_dict(segmenter.network.state_dict())
    return stock


def stock_input(image: TrainingImage) -> dict[str, Any]:
    """Return a picture as detectron2's DatasetMapper does."""
    instances = Instances((HEIGHT, WIDTH))
    instances.gt_boxes = Boxes(image.boxes)
    instances.gt_classes = image.classes
    instances.gt_masks = BitMasks(image.masks.full())
    return {"image": image.pixels.flip(0), "instances": instances}


@pytest.mark.parametrize("name", list(NETWORKS))
def test_losses_and_gradients_are_those_of_stock_detectron2(name: str, table: CategoryTable, crops: Crops) -> None:
    spec = ModelSpec(categories=table, short_side_px=0, long_side_px=0, **NETWORKS[name])
    torch.manual_seed(2)
    segmenter = build(spec)
    assert isinstance(segmenter, DetectronSegmenter)
    pictures = batch(crops, spec.channels)
    with quiet():
        stock = stock_network(segmenter)
        torch.manual_seed(3)
        with EventStorage():
            expected = stock([stock_input(image) for image in pictures])
    torch.manual_seed(3)
    found = segmenter.losses(pictures)
    assert set(found) == set(expected)
    assert set(found) == TERMS | ({"loss_mask_point"} if spec.heads == "pointrend" else set())
    for term, value in expected.items():
        torch.testing.assert_close(found[term], value, rtol=1e-5, atol=1e-6, msg=term)
    for losses in (found, expected):
        torch.stack(list(losses.values())).sum().backward()
    gradients = {weight: parameter.grad for weight, parameter in segmenter.network.named_parameters()}
    for weight, parameter in stock.named_parameters():
        assert parameter.grad is not None
        close = gradients[weight] - parameter.grad
        assert close.norm() <= 1e-3 * parameter.grad.norm() + 1e-6, weight


def test_the_stages_of_a_cascade_lose_what_those_of_stock_detectron2_do(table: CategoryTable, crops: Crops) -> None:
    """detectron2 has one mask head, which looks at the regions of the first stage."""
    torch.manual_seed(2)
    spec = ModelSpec(
        architecture="cascade-mask-rcnn-narrow", channels=1, categories=table, short_side_px=0, long_side_px=0
    )
    segmenter = build(spec)
    assert isinstance(segmenter, DetectronSegmenter)
    pictures = batch(crops, 1)
    stock: Any = stock_network(segmenter)
    stock.roi_heads.__class__ = CascadeROIHeads
    stock.roi_heads.mask_head = stock.roi_heads.mask_head[0]
    torch.manual_seed(3)
    with quiet(), EventStorage():
        expected = stock([stock_input(image) for image in pictures])
    torch.manual_seed(3)
    found = segmenter.losses(pictures)
    expected["loss_mask_stage0"] = expected.pop("loss_mask")
    assert {name for name in found if name not in expected} == {"loss_mask_stage1", "loss_mask_stage2"}
    for term, value in expected.items():
        torch.testing.assert_close(found[term], value, rtol=1e-5, atol=1e-6, msg=term)
