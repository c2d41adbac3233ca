"""Presets are valid, and a network that cannot be built is told before a dataset is opened."""

import pytest

from maskline.contract.categories import CategoryTable
from maskline.contract.config import load_preset, parse, preset_names
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import TrainingConfig
from maskline.pictures.training.entry import training

PRESETS = preset_names(training.presets)


def config(preset: str, **fields: object) -> TrainingConfig:
    return parse(
        training.training_config,
        load_preset(training.presets, preset, "train preset") | {"name": preset} | fields,
        preset,
    )


def test_these_are_the_presets() -> None:
    assert PRESETS == [
        "cells-002",
        "cells-003",
        "cells-narrow",
        "demo",
        "narrow",
        "pointrend-r50",
        "pointrend-r50-fast",
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_lists_every_option_and_describes_a_network_that_can_be_built(
    preset: str, table: CategoryTable
) -> None:
    assert (
        load_preset(training.presets, preset, "train preset").keys() | {"name"}
        == training.training_config.model_fields.keys()
    )
    assert training.spec(config(preset), table).categories == table


@pytest.mark.parametrize("fields", [{"short_side_px": -1}, {"normalisation": "frozen"}, {"detections_per_image": 0}])
def test_a_network_that_cannot_be_built_is_told(fields: dict[str, object], table: CategoryTable) -> None:
    with pytest.raises(InvalidInput, match="train preset 'demo'"):
        training.spec(config("demo", **fields), table)


def test_anchors_are_told_once() -> None:
    with pytest.raises(InvalidInput, match="anchors_of_data works out what anchor_sizes_px and anchor_ratios tell"):
        config("cells-narrow", anchor_sizes_px=(16, 32, 64))
