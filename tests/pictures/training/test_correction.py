"""Masks are put right before they teach, as the preset says; what is learned from is seen in the items."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from maskline.contract.categories import CategoryTable
from maskline.contract.coco import rle
from maskline.contract.config import load_preset, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.training.config import PictureTraining
from maskline.pictures.training.entry import training


def preset(correction: dict[str, Any]) -> PictureTraining:
    values = load_preset(training.presets, "demo", "train preset") | {"name": "demo", "correction": correction}
    return parse(PictureTraining, values, "train preset 'demo'")


def seen(sample: Sample, table: CategoryTable, correction: dict[str, Any]) -> TrainingImage:
    config = preset(correction)
    return TrainingImage.of(training.learner(training.spec(config, table), config).item(training.needed(sample)))


@pytest.fixture
def broken(draw: Callable[[int], Sample]) -> Sample:
    """A block with a hole, of which half is there a second time, and a bar with a hole."""
    sample = draw(0)
    block, bar = sample.annotations
    holed = []
    for label in (block, bar):
        mask = rle.decode(label["segmentation"]).copy()
        x, y, w, h = label["bbox"]
        mask[y + h // 2, x + w // 2] = False
        holed.append({**label, "segmentation": rle.encode(mask), "area": label["area"] - 1})
    half = np.ones((10, 20), bool)
    x, y, _, _ = block["bbox"]
    size = block["segmentation"]["size"]
    double = {**block, "id": 9, "bbox": [x, y, 20, 10], "segmentation": rle.encode_crop(half, x, y, *size), "area": 200}
    return replace(sample, annotations=[*holed, double])


def test_only_the_classes_that_have_rules_are_put_right(
    broken: Sample, table: CategoryTable, draw: Callable[[int], Sample]
) -> None:
    whole = seen(draw(0), table, {})
    assert seen(broken, table, {}).masks.full().sum((1, 2)).tolist() == [399, 239, 200]
    mended = seen(broken, table, {"block": {"holes": "fill", "double_iou": 0.4}})
    assert mended.masks.full().sum((1, 2)).tolist() == [400, 239]
    mended = seen(broken, table, {"all": {"holes": "fill", "double_iou": 0.4}})
    assert (mended.masks.full() == whole.masks.full()).all()
    assert (mended.boxes == whole.boxes).all()
    assert mended.classes.tolist() == whole.classes.tolist()


def test_rules_of_a_class_that_is_not_there_are_refused_before_anything_is_read(table: CategoryTable) -> None:
    with pytest.raises(InvalidInput, match="'blok': there is no such class"):
        training.spec(preset({"blok": {"holes": "fill"}}), table)


def test_what_is_put_right_is_told_class_by_class(broken: Sample, table: CategoryTable) -> None:
    config = preset({"all": {"holes": "fill"}, "block": {"holes": "fill", "double_iou": 0.4}})
    told = ["put right in class block, 4 masks: holes 2, doubles 2", "put right in class bar, 2 masks: holes 2"]
    assert training.remarks(config, table, [broken, broken]) == told
    assert training.remarks(preset({}), table, [broken]) == []
