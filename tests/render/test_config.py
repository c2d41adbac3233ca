"""What the stage accepts, and the one sentence it says of what it does not."""

from pathlib import Path
from typing import Any

import pytest

from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput, NotFound
from maskline.molecules.sources.reading import read_source
from maskline.render.config import RenderConfig
from maskline.render.plan import make_plan

SMALL: dict[str, Any] = {"samples": 12, "validation_share": 0.25, "samples_per_shard": 4, "drawing": {"source": "nci"}}


def test_a_plan_splits_the_samples_into_shards_that_hold_each_once() -> None:
    plan = make_plan(RenderConfig(**SMALL | {"samples": 14}))
    shards = plan.shards()
    assert [(s.name, s.split, s.first, s.stop) for s in shards] == [
        ("shards/train-00000", "train", 0, 4),
        ("shards/train-00001", "train", 4, 8),
        ("shards/train-00002", "train", 8, 10),
        ("shards/val-00000", "val", 10, 14),
    ]


def test_the_demo_has_more_than_a_hundred_validation_samples() -> None:
    assert RenderConfig().validation_samples >= 110


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"samples": 13}, {"samples_per_shard": 5}, {"preset": "seed"}, {"drawing": {"source": "chemicals"}}],
)
def test_whatever_changes_the_bytes_changes_the_id(change: dict[str, Any]) -> None:
    assert make_plan(RenderConfig(**SMALL)).id == make_plan(RenderConfig(**SMALL)).id
    assert make_plan(RenderConfig(**SMALL | change)).id != make_plan(RenderConfig(**SMALL)).id


def plan_id(**drawing: Any) -> str:
    return make_plan(RenderConfig(**SMALL | {"drawing": drawing})).id


@pytest.mark.parametrize("role", ["source", "exclude"])
def test_the_same_bytes_at_another_place_give_the_same_id(tmp_path: Path, role: str) -> None:
    one, other, changed = (tmp_path / name for name in ("one.txt", "other.txt", "changed.txt"))
    one.write_text("CCO\n")
    other.write_text("CCO\n")
    changed.write_text("CCN\n")
    assert plan_id(**{role: str(one)}) == plan_id(**{role: f"file://{other}"})
    assert plan_id(**{role: str(one)}) != plan_id(**{role: str(changed)})


def test_what_chooses_how_the_source_is_read_counts(tmp_path: Path) -> None:
    for name in ("a.csv", "a.smi", "nci"):
        (tmp_path / name).write_bytes(read_source("nci"))
    places = [{"source": str(tmp_path / name)} for name in ("a.csv", "a.smi", "nci")]
    read = [*places, places[0] | {"column": "structure"}, {"source": "nci"}]
    assert len({plan_id(**fields) for fields in read}) == len(read)


def test_the_content_of_the_source_counts(tmp_path: Path) -> None:
    ids = set()
    for text in ("CCO\nCCN\n", "CCO\nCCCN\n"):
        (tmp_path / "a.smi").write_text(text)
        ids.add(make_plan(RenderConfig(**SMALL | {"drawing": {"source": str(tmp_path / "a.smi")}})).id)
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"domain": "plants"}, r"domain 'plants' does not exist.*molecules"),
        ({"preset": "sketch"}, r"preset 'sketch'.*all, clean, crossings, demo, hashes, letters, print, scan, seed"),
        ({"preset": "../demo"}, r"preset = '\.\./demo'"),
        ({"samples": 0}, "samples = 0"),
        ({"samples": "many"}, "samples = 'many'"),
        ({"samples": 1, "validation_share": 0.9}, "none is left to train on"),
        ({"seed": -1}, "seed = -1"),
        ({"sample": 7}, "unknown field 'sample'"),
        ({"drawing": {"sorce": "nci"}}, "unknown field 'sorce'"),
        ({"drawing": {"styles": {"demo": {"rotation_degrees": [0, 720]}}}}, r"styles\.demo\.rotation_degrees.*720"),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_rule(values: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        make_plan(parse(RenderConfig, values, "render"))


def test_a_source_that_is_not_there_is_found_missing_by_the_plan() -> None:
    with pytest.raises(NotFound, match=r"missing\.smi"):
        make_plan(RenderConfig(drawing={"source": "/nowhere/missing.smi"}))
