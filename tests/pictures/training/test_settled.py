"""What a training leaves to its data is worked out from it, and nothing else of it changes."""

from typing import Any, cast

import pytest

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.config import load_preset, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.anchors import fitting_anchors
from maskline.pictures.training.balance import balanced
from maskline.pictures.training.config import PictureTraining
from maskline.pictures.training.entry import training

CELLS = CategoryTable(
    domain="cells",
    policy="1",
    categories=tuple(Category(id=i, name=n, colour="#000000") for i, n in [(2, "round"), (5, "flat"), (9, "none")]),
)
NARROW = ModelSpec(architecture="narrow", channels=1, categories=CELLS, short_side_px=0, long_side_px=0)
RESNET = NARROW.model_copy(update={"architecture": "mask-rcnn-r50", "channels": 3})


def sample(*boxes: tuple[int, float, float], side: int = 400) -> Sample:
    """Return a sample whose labels are of these classes, widths and heights."""
    labels = [{"category_id": number, "bbox": [3, 5, width, height]} for number, width, height in boxes]
    return Sample("1", {}, {"width": side, "height": side}, labels)


def config(**fields: Any) -> PictureTraining:
    values = load_preset(training.presets, "demo", "train preset") | {"name": "demo", **fields}
    return parse(PictureTraining, values, "demo")


def test_levels_get_the_sizes_that_boxes_have() -> None:
    """Six squares of 100 to 200 px: of three levels, the quantiles 1/6, 1/2 and 5/6."""
    samples = [sample(*((2, side, side) for side in (100, 120, 140))), sample(*((5, s, s) for s in (160, 180, 200)))]
    assert fitting_anchors(samples, NARROW) == ((116.67, 150, 183.33), (1, 1, 1))


def test_no_anchor_is_smaller_than_four_of_its_strides() -> None:
    assert fitting_anchors([sample((2, 20, 20))], NARROW)[0] == (20, 32, 64)
    assert fitting_anchors([sample((2, 20, 20))], RESNET)[0] == (20, 32, 64, 128, 256)


def test_what_lies_is_as_likely_as_what_stands() -> None:
    """Of elongations 1, 2 and 3 the quantile 2/3 is 2 1/3."""
    samples = [sample((2, 100, 100), (2, 100, 200), (2, 300, 100))]
    assert fitting_anchors(samples, NARROW)[1] == pytest.approx((3 / 7, 1, 7 / 3), abs=1e-3)


def test_sizes_are_those_in_the_frame() -> None:
    scaled = NARROW.model_copy(update={"short_side_px": 800})
    assert fitting_anchors([sample((2, 100, 50), side=400)], scaled)[0] == pytest.approx([141.42] * 3)


def test_nothing_to_measure_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="anchors_of_data = true: the training set has no instance"):
        fitting_anchors([sample(), sample((2, 10, 0))], NARROW)


def test_weights_of_classes_by_hand() -> None:
    """Of one round and four flat cells: 1 : 1/2 or 1 : 1/4, so that 1 w + 4 v = 5."""
    samples = [sample((2, 9, 9), (5, 9, 9), (5, 9, 9)), sample((5, 9, 9), (5, 9, 9))]
    assert balanced(samples, CELLS, "sqrt") == pytest.approx({"round": 5 / 3, "flat": 5 / 6, "none": 1}, abs=1e-4)
    assert balanced(samples, CELLS, "inverse") == pytest.approx({"round": 2.5, "flat": 0.625, "none": 1})


def test_what_is_asked_is_settled_and_the_rest_stays() -> None:
    asked = config(anchors_of_data=True, losses={"balance": "inverse", "dice": 0.5}, scale=0.5, long_side_px=0)
    samples = [sample((2, 200, 200), (5, 200, 200))]
    found = training.settled(asked, CELLS, samples)
    of_data = {"anchors_of_data", "anchor_sizes_px", "anchor_ratios", "losses"}
    assert found.model_dump(exclude=of_data) == asked.model_dump(exclude=of_data)
    settled = cast("PictureTraining", found)
    assert settled.anchor_sizes_px == pytest.approx([100, 100, 100])
    assert settled.losses.dice == 0.5
    assert settled.losses.class_weights == {"round": 1, "flat": 1, "none": 1}
    assert training.spec(found, CELLS).anchor_sizes_px == (100, 100, 100)
    assert parse(PictureTraining, found.model_dump(mode="json"), "settled") == found


def test_data_that_nobody_asks_is_not_read() -> None:
    samples = iter([sample((2, 9, 9))])
    assert training.settled(config(), CELLS, samples) == config()
    assert len(list(samples)) == 1
