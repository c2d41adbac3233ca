"""A segmenter's description: every mistake in it is found when it is read, before there is a network or a picture."""

import subprocess
import sys
from typing import Any

import pytest

from maskline.contract.categories import CategoryTable
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.pictures.spec import ModelSpec


def test_yaml_holds_all_of_it(narrow_spec: ModelSpec) -> None:
    assert ModelSpec.from_yaml(narrow_spec.to_yaml(), "model.yaml") == narrow_spec


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"architecture": "narow"}, "architecture = 'narow'"),
        ({"channels": 2}, "channels = 2"),
        ({"short_side_px": 800, "long_side_px": 600}, "long_side_px = 600 must be 0 or at least short_side_px = 800"),
        ({"short_side_px": 8}, "short_side_px = 8 must be 0 or at least 32"),
        ({"short_side_px": 64, "scale": 0.5}, "scale = 0.5 needs short_side_px = 0"),
        ({"scale": 0}, "scale = 0"),
        ({"masks": "inc"}, "masks = 'inc'"),
        ({"short_side_px": -1}, "short_side_px = -1"),
        ({"detections_per_image": 0}, "detections_per_image = 0"),
        ({"normalisation": "frozen"}, "narrow has no published weights to freeze"),
        ({"architecture": "pointrend-r50"}, "pointrend-r50 reads channels = 3"),
        ({"architecture": "mask-rcnn-r50"}, "mask-rcnn-r50 reads channels = 3"),
        ({"architecture": "mask-rcnn-x152", "channels": 3}, "mask-rcnn-x152 has strides = 3x3"),
        ({"anchor_sizes_px": [16, 32]}, "anchor_sizes_px = [16.0, 32.0] must be 3, one per level, or none"),
        ({"anchor_sizes_px": [16, 32, 0]}, "anchor_sizes_px.2 = 0"),
        ({"anchor_ratios": [1]}, "anchor_ratios = [1.0] must be 3, or none"),
        ({"depth": 50}, "unknown field 'depth'"),
        ({"categories": {"domain": "d", "policy": "1", "categories": []}}, "categories.categories"),
        ({"categories": {"domain": "d", "policy": "1", "categories": [{"id": 0, "name": "a"}]}}, "categories.0.id"),
    ],
)
def test_a_mistake_at_any_depth_is_named(narrow_spec: ModelSpec, change: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidInput, match=r"^model\.yaml: ") as fault:
        parse(ModelSpec, narrow_spec.model_dump(mode="json") | change, "model.yaml")
    assert rule in str(fault.value)


def test_a_description_of_before_there_were_choices_is_read(narrow_spec: ModelSpec) -> None:
    since = {"strides", "anchor_sizes_px", "anchor_ratios"}
    told = {name: value for name, value in narrow_spec.model_dump(mode="json").items() if name not in since}
    assert parse(ModelSpec, told, "model.yaml") == narrow_spec


@pytest.mark.parametrize(
    ("architecture", "heads", "body"),
    [
        ("narrow", "pointrend", "narrow"),
        ("pointrend-r50", "pointrend", "r50"),
        ("mask-rcnn-narrow", "mask-rcnn", "narrow"),
        ("cascade-mask-rcnn-x152", "cascade-mask-rcnn", "x152"),
    ],
)
def test_an_architecture_names_its_heads_and_its_body(
    narrow_spec: ModelSpec, architecture: str, heads: str, body: str
) -> None:
    spec = narrow_spec.model_copy(update={"architecture": architecture})
    assert (spec.heads, spec.body) == (heads, body)


@pytest.mark.parametrize("text", ["a: [", "- a", ""])
def test_what_is_no_mapping_is_no_description(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^model\.yaml "):
        ModelSpec.from_yaml(text, "model.yaml")


def test_colours_and_order_survive(table: CategoryTable, narrow_spec: ModelSpec) -> None:
    assert ModelSpec.from_yaml(narrow_spec.to_yaml(), "model.yaml").categories == table


def test_describing_a_segmenter_needs_no_torch() -> None:
    program = "import maskline.pictures.spec, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
