"""Samples become tensors whose boxes, masks and pixels agree, whichever way they are turned."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch

from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.augment.config import Turn
from maskline.pictures.training.augment.turns import turned
from maskline.pictures.training.items import training_image

Draw = Callable[[int], Sample]
TURNS: tuple[Turn, ...] = ("flip-x", "flip-y", "transpose")


class Always(np.random.Generator):
    """Says yes to every turn."""

    def random(self, *_: object, **__: object) -> float:  # type: ignore[override]
        return 0.0


def boxes_of(masks: Crops) -> list[list[float]]:
    boxes = []
    for mask in masks.full():
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        boxes.append([float(columns.min()), float(rows.min()), float(columns.max()) + 1, float(rows.max()) + 1])
    return boxes


def require_consistent(image: TrainingImage) -> None:
    assert boxes_of(image.masks) == image.boxes.tolist()
    assert torch.equal(image.masks.full().any(0), image.pixels[0] < 255)


def test_boxes_masks_and_pixels_agree_and_classes_are_positions_in_the_table(draw: Draw, spec: ModelSpec) -> None:
    for index in range(5):
        image = training_image(draw(index), spec)
        require_consistent(image)
        assert image.classes.tolist() == [0, 1]
        assert (image.pixels.dtype, image.boxes.dtype, image.masks.cells.dtype) == (
            torch.uint8,
            torch.float32,
            torch.uint8,
        )


@pytest.mark.parametrize("turns", list(product(TURNS, repeat=2)))
def test_they_agree_after_any_turns(turns: tuple[Turn, ...], draw: Draw, spec: ModelSpec) -> None:
    image = training_image(draw(3), spec)
    moved = turned(image, turns, Always(np.random.PCG64(0)))
    require_consistent(moved)
    assert torch.equal(moved.classes, image.classes)
    if turns[0] == turns[1]:
        assert torch.equal(moved.pixels, image.pixels)


def test_a_flip_moves_the_left_edge_to_the_right(draw: Draw, spec: ModelSpec) -> None:
    image = training_image(draw(3), spec)
    flipped = turned(image, ("flip-x",), Always(np.random.PCG64(0)))
    assert torch.equal(flipped.boxes[:, 2], 64 - image.boxes[:, 0])


def test_a_picture_that_is_not_square_is_never_transposed(draw: Draw, spec: ModelSpec) -> None:
    image = training_image(draw(3), spec)
    low = TrainingImage(image.pixels[:, :32], image.boxes[:1], image.classes[:1], image.masks[:1].cut(0, 0, 64, 32))
    assert turned(low, ("transpose",), Always(np.random.PCG64(0))).pixels.shape == (1, 32, 64)


def test_a_crowd_is_no_instance(draw: Draw, spec: ModelSpec) -> None:
    sample = draw(0)
    sample.annotations[0]["iscrowd"] = 1
    assert training_image(sample, spec).classes.tolist() == [1]


def test_a_picture_without_instances_has_none(draw: Draw, spec: ModelSpec) -> None:
    image = training_image(replace(draw(0), annotations=[]), spec)
    assert (image.boxes.shape, image.classes.shape, image.masks.full().shape) == ((0, 4), (0,), (0, 64, 64))


def test_scaling_scales_boxes_and_masks_alike(draw: Draw, demo: Callable[..., ModelSpec]) -> None:
    spec = demo(short_side_px=128)
    small, large = training_image(draw(2), demo()), training_image(draw(2), spec)
    assert torch.equal(large.boxes, small.boxes * 2)
    assert boxes_of(large.masks) == large.boxes.tolist()


def test_where_masks_are_ink_boxes_and_masks_leave_room_around_what_is_drawn(
    draw: Draw, demo: Callable[..., ModelSpec]
) -> None:
    exact = training_image(draw(3), demo())
    roomy = training_image(draw(3), demo(masks="ink"))
    drawn, room = exact.masks.full(), roomy.masks.full()
    assert (room & drawn).sum() == drawn.sum() < room.sum()
    outlines = torch.tensor(boxes_of(roomy.masks))
    assert (roomy.boxes[:, :2] <= outlines[:, :2]).all()
    assert (roomy.boxes[:, 2:] >= outlines[:, 2:]).all()
    assert roomy.boxes[:, 2].max() <= 64


def test_a_damaged_picture_is_named(draw: Draw, spec: ModelSpec) -> None:
    with pytest.raises(InvalidInput, match=r"000000\.png .*damaged|000000\.png .*no picture"):
        training_image(replace(draw(0), members={"png": draw(0).members["png"][:60]}), spec)
