"""A cascade has three stages: each asks more of a box than the one before, and a mask is the mean of theirs."""

import math
from typing import Any

import pytest
import torch
from detectron2.structures import Boxes, Instances
from torch import Tensor

from maskline.contract.categories import CategoryTable
from maskline.pictures.networks.segmenter import Segmenter, build
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.spec import ModelSpec

SIZE = (128, 128)


@pytest.fixture(scope="module")
def segmenter(table: CategoryTable) -> Segmenter:
    torch.manual_seed(0)
    spec = ModelSpec(
        architecture="cascade-mask-rcnn-narrow", channels=1, categories=table, short_side_px=0, long_side_px=0
    )
    return build(spec)


@pytest.fixture
def heads(segmenter: Segmenter) -> Any:
    return segmenter.get_submodule("network.roi_heads")


def truth() -> Instances:
    """Return one instance of class 1 that fills a box of 100 x 100."""
    mask = Crops.packed(torch.ones(10_000, dtype=torch.uint8), torch.tensor([[0, 0, 100, 100]]), SIZE)
    return Instances(
        SIZE, gt_boxes=Boxes(torch.tensor([[0.0, 0, 100, 100]])), gt_classes=torch.tensor([1]), gt_masks=mask
    )


def at(*overlaps: float) -> Instances:
    """Return regions that overlap the instance by these shares: parts of its box from the left."""
    return Instances(SIZE, proposal_boxes=Boxes(torch.tensor([[0.0, 0, 100 * share, 100] for share in overlaps])))


@pytest.mark.parametrize(("stage", "classes"), [(0, [3, 1, 1, 1]), (1, [3, 3, 1, 1]), (2, [3, 3, 3, 1])])
def test_stages_ask_for_more_and_more_overlap(heads: Any, stage: int, classes: list[int]) -> None:
    regions = at(0.45, 0.55, 0.65, 0.75)
    heads._label([regions], stage, [truth()])
    assert regions.gt_classes.tolist() == classes  # 3: none
    assert regions.gt_masks.boxes.tolist() == [[0, 0, 100, 100]] * 4


def test_a_picture_without_instances_teaches_that_there_are_none(heads: Any) -> None:
    regions, nothing = at(0.5, 0.9), truth()[torch.zeros(1, dtype=torch.bool)]
    heads._label([regions], 1, [nothing])
    assert regions.gt_classes.tolist() == [3, 3]


def test_every_stage_has_losses_of_its_own(segmenter: Segmenter, drawing: Any) -> None:
    terms = {"loss_cls", "loss_box_reg", "loss_mask"}
    expected = {f"{term}_stage{stage}" for term in terms for stage in range(3)}
    assert set(segmenter.train().losses([drawing.training_image()])) == expected | {"loss_rpn_cls", "loss_rpn_loc"}


def test_a_mask_is_the_mean_of_the_stages(segmenter: Segmenter, heads: Any) -> None:
    def says(head: Any, probability: float) -> None:
        head.predictor.weight.data.zero_()
        head.predictor.bias.data.fill_(math.log(probability / (1 - probability)))

    for head, probability in zip(heads.mask_head, (0.1, 0.2, 0.6), strict=True):
        says(head, probability)
    (found,) = segmenter.eval().predict([torch.zeros(1, 64, 64, dtype=torch.uint8)], 0.0, 5)
    masks: Tensor = found.masks
    assert masks.shape == (5, 28, 28)
    torch.testing.assert_close(masks, torch.full_like(masks, 0.3))
