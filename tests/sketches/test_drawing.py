"""Drawing options: what a plan keeps, users' own categories, and what is wrong with them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from maskline.contract.config import preset_names
from maskline.contract.errors import InvalidInput, NotFound
from maskline.sketches.entry import domain
from maskline.sketches.grammar.reading import PACKAGE
from maskline.strokes.sketch import Sketch


@pytest.mark.parametrize("preset", preset_names(PACKAGE))
def test_what_a_plan_keeps_of_a_preset_is_read_back_the_same(preset: str, centipede: dict[str, Any]) -> None:
    options = domain.drawing(preset, {"own": [centipede]})
    assert domain.drawing(preset, options.model_dump(mode="json")) == options


def test_a_category_of_ones_own_is_drawn_with_all_its_legs(
    tmp_path: Path, centipede: dict[str, Any], draw: Callable[..., list[Sketch]]
) -> None:
    (tmp_path / "centipede.yaml").write_text(yaml.safe_dump(centipede))
    hand = {"missing": 0, "merged": 0, "split": 0, "retraced": 0}
    overrides = {"categories": {"centipede": 1}, "own": [f"{tmp_path}/centipede.yaml"], "hand": hand}
    for sketch in draw("demo", 5, **overrides):
        (thing,) = sketch.things
        legs = [part for part in thing.parts if part.name.endswith("leg")]
        assert (thing.category, len(legs)) == ("centipede", 13)
        assert {len(part.strokes) for part in legs} == {1}
        assert {abs(sum(part.name == f"{side}-leg" for part in legs) - 6.5) for side in ("left", "right")} == {0.5}


def test_a_file_of_ones_own_is_read_once_so_that_the_plan_holds_what_it_said(
    tmp_path: Path, centipede: dict[str, Any]
) -> None:
    path = tmp_path / "centipede.yaml"
    path.write_text(yaml.safe_dump(centipede))
    assert domain.drawing("demo", {"own": [str(path)]}) == domain.drawing("demo", {"own": [centipede]})


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        ({"categories": {"house": 1}}, "unknown house"),
        ({"categories": {"car": 0}}, "one at least must be drawn"),
        ({"objects": [0, 3]}, "a sketch has one at least"),
        ({"objects": [5, 3]}, "the least value must not exceed"),
        ({"hand": {"wobbly": 1}}, "unknown field 'hand.wobbly'"),
        ({"own": [{"category": "car", "looks": {}}]}, "own"),
        ({"own": [{"category": "x", "looks": {"a": {"pieces": [{"draw": [{"kind": "dot"}]}]}}}]}, "must name its part"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(overrides: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        domain.drawing("demo", overrides)


def test_a_name_is_given_once(centipede: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="names of their own"):
        domain.drawing("demo", {"own": [centipede | {"category": "car"}]})


def test_a_file_that_is_not_there_or_no_description_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text("[1, 2]")
    (tmp_path / "broken.yaml").write_text("a: [")
    with pytest.raises(NotFound, match="away"):
        domain.drawing("demo", {"own": [f"{tmp_path}/away.yaml"]})
    for name, text in {"list": "not a mapping", "broken": "no YAML"}.items():
        with pytest.raises(InvalidInput, match=text):
            domain.drawing("demo", {"own": [f"{tmp_path}/{name}.yaml"]})


def test_numpy_is_not_loaded_to_check_a_form() -> None:
    code = (
        "import sys; from maskline.sketches.entry import domain; domain.categories(domain.drawing('demo', {}));"
        "sys.exit('numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
