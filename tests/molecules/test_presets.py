"""Presets, styles that take over one another, and class policies."""

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.categories import require_same
from maskline.contract.config import preset_names
from maskline.contract.errors import CategoryMismatch, InvalidInput
from maskline.molecules.categories import ClassPolicy, table
from maskline.molecules.entry import PACKAGE, domain

PRESETS = preset_names(PACKAGE)
POLICIES = [
    ClassPolicy(aromatic=aromatic, triple=triple, wavy=wavy, dative=dative)
    for aromatic in ("seed", "drawn")
    for triple in ("own", "excluded")
    for wavy in ("own", "excluded")
    for dative in ("own", "excluded")
]


def test_tables_of_different_policies_refuse_each_other() -> None:
    tables = [table(policy) for policy in POLICIES]
    for one, other in combinations(tables, 2):
        with pytest.raises(CategoryMismatch):
            require_same(one, "a", other, "b")
    for one in tables:
        require_same(one, "a", one.model_copy(), "b")
        assert [category.id for category in one.categories[:6]] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("fields", "name", "ids"),
    [
        ({}, "six", [1, 2, 3, 4, 5, 6]),
        ({"aromatic": "drawn", "triple": "own"}, "six, aromatic as drawn, triple", [1, 2, 3, 4, 5, 6, 7]),
        ({"wavy": "own", "dative": "own"}, "six, wavy, dative", [1, 2, 3, 4, 5, 6, 8, 9]),
    ],
)
def test_a_policy_is_named_after_what_it_does_otherwise(fields: dict[str, Any], name: str, ids: list[int]) -> None:
    found = domain.categories(domain.drawing("demo", {"classes": fields}))
    assert found.policy == name
    assert [category.id for category in found.categories] == ids


@pytest.mark.parametrize("preset", PRESETS)
def test_what_a_plan_keeps_of_a_preset_is_read_back_the_same(preset: str) -> None:
    options = domain.drawing(preset, {"heavy_atoms": [5, 9]})
    assert domain.drawing(preset, options.model_dump(mode="json")) == options


def test_a_style_takes_over_another_and_changes_what_it_names() -> None:
    styles = {"mine": {"preset": "scan/web", "weight": 3, "scanner": {"jpeg_share": 0}}}
    options = domain.drawing("demo", {"styles": styles})
    web, mine = domain.drawing("scan", {}).styles["web"], options.styles["mine"]
    assert web.scanner is not None
    assert mine.scanner == web.scanner.model_copy(update={"jpeg_share": 0})
    assert mine.model_dump(exclude={"scanner", "weight"}) == web.model_dump(exclude={"scanner", "weight"})
    assert (mine.weight, web.weight) == (3, 15)
    assert (
        domain.drawing("demo", {"styles": {"other": {"preset": "seed"}}}).styles["other"]
        == (domain.drawing("seed", {}).styles["seed"])
    )


@pytest.mark.parametrize(
    ("taken_over", "text"),
    [
        ("sketch", "preset 'sketch'.*does not exist"),
        ("scan", r"preset 'scan' has no style 'scan' to take over \(there are: patent, journal, web\)"),
        ("scan/fax", r"preset 'scan' has no style 'fax'"),
    ],
)
def test_a_style_that_is_not_there_is_named(taken_over: str, text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        domain.drawing("demo", {"styles": {"mine": {"preset": taken_over}}})


def test_styles_are_taken_by_their_weights(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("CCO\nCCN\nCCCO\n")
    styles = {"demo": {"weight": 1}, "often": {"preset": "demo", "weight": 3}}
    options = {"source": f"{tmp_path}/a.smi", "heavy_atoms": [1, 9], "held_out_share": 0.001, "styles": styles}
    renderer = domain.open(domain.drawing("demo", options))
    drawn = (renderer.draw(i, "train", np.random.default_rng([1, i])) for i in range(300))
    names = Counter(sample.image["style"]["name"] for sample in drawn)
    assert set(names) == {"demo", "often"}
    assert 0.67 < names["often"] / 300 < 0.83


def test_a_sample_is_the_same_whoever_draws_it_and_whatever_was_drawn_before() -> None:
    options = domain.drawing("all", {"source": "nci", "heavy_atoms": [4, 14]})
    one, other = domain.open(options), domain.open(options)
    forwards = {i: one.draw(i, "train", np.random.default_rng([5, i])) for i in range(1, 31)}
    backwards = {i: other.draw(i, "train", np.random.default_rng([5, i])) for i in range(30, 0, -1)}
    assert forwards == backwards
    assert len({sample.image["style"]["name"] for sample in forwards.values()}) > 2
