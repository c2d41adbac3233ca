"""Losses of classes and boxes against cases that can be worked out by hand."""

import math
from typing import Any

import pytest
import torch
from detectron2.layers import ShapeSpec
from detectron2.modeling.box_regression import Box2BoxTransform
from detectron2.structures import Boxes, Instances
from detectron2.utils.events import EventStorage
from torch import Tensor

from maskline.pictures.networks.config import LossConfig
from maskline.pictures.networks.heads.boxes import BoxPredictor

CLASSES = ["neuron", "astrocyte"]
NONE = 2
PROPOSAL = (0.0, 0.0, 4.0, 4.0)


def losses(config: dict[str, Any], logits: Tensor, classes: list[int], truth: tuple[float, ...]) -> dict[str, float]:
    """Return the losses of regions that are at PROPOSAL and stay there.  truth: where all of them should be."""
    transform = Box2BoxTransform(weights=(10, 10, 5, 5))
    predictor = BoxPredictor(
        ShapeSpec(channels=1), box2box_transform=transform, num_classes=2, cls_agnostic_bbox_reg=True
    )
    predictor.weigh(LossConfig(**config), CLASSES)
    regions = Instances((64, 64))
    regions.proposal_boxes = Boxes(torch.tensor([PROPOSAL] * len(classes)))
    regions.gt_boxes = Boxes(torch.tensor([truth] * len(classes)))
    regions.gt_classes = torch.tensor(classes)
    with EventStorage():
        found = predictor.losses((logits, torch.zeros(len(classes), 4)), [regions])
    return {name: float(loss) for name, loss in found.items()}


def test_boxes_that_lie_beside_their_truth() -> None:
    """Half a box to the right: an overlap of 8 of 24, a box around both of 6 x 4, centres 2 apart."""
    found = {
        name: losses({"boxes": name}, torch.zeros(1, 3), [0], (2.0, 0.0, 6.0, 4.0))["loss_box_reg"]
        for name in ("smooth_l1", "giou", "diou", "ciou")
    }
    overlap, apart = 1 / 3, 4 / (36 + 16)
    assert found["smooth_l1"] == pytest.approx(10 * 2 / 4)  # the centre, in widths, ten times; both of the same size
    assert found["giou"] == pytest.approx(1 - overlap, abs=1e-5)
    assert found["diou"] == pytest.approx(1 - overlap + apart, abs=1e-5)
    assert found["ciou"] == pytest.approx(found["diou"])


def test_boxes_of_another_shape() -> None:
    """Twice as wide: an overlap of one half, centres 2 apart, and the angles of the two diagonals."""
    truth = (0.0, 0.0, 8.0, 4.0)
    shape = 4 / math.pi**2 * (math.atan(8 / 4) - math.atan(4 / 4)) ** 2
    expected = 1 - 0.5 + 4 / (64 + 16) + shape * shape / (1 - 0.5 + shape)
    found = losses({"boxes": "ciou", "boxes_weight": 2}, torch.zeros(1, 3), [0], truth)
    assert found["loss_box_reg"] == pytest.approx(2 * expected, abs=1e-5)


def test_a_class_counts_what_its_name_is_told() -> None:
    """Logits 0, ln 2, ln 5: probabilities 1/8, 2/8, 5/8."""
    logits = torch.tensor([[0.0, math.log(2), math.log(5)]] * 3)
    terms = [-math.log(2 / 8), -math.log(5 / 8), -math.log(1 / 8)]
    plain = losses({}, logits, [1, NONE, 0], PROPOSAL)["loss_cls"]
    assert plain == pytest.approx(sum(terms) / 3)
    weighed = losses({"class_weights": {"astrocyte": 3.0}}, logits, [1, NONE, 0], PROPOSAL)["loss_cls"]
    assert weighed == pytest.approx((3 * terms[0] + terms[1] + terms[2]) / (3 + 1 + 1))


def test_weights_of_classes_are_told_in_one_way() -> None:
    with pytest.raises(ValueError, match="balance = sqrt works out what class_weights tells"):
        LossConfig(balance="sqrt", class_weights={"neuron": 2})
    with pytest.raises(ValueError, match="must be above 0"):
        LossConfig(class_weights={"neuron": 0})
