"""The stage and records that are no pictures: signals, for a network of two layers; `oracle/signals` is the kind."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import Artifact, Manifest, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import training_of
from maskline.contract.shard import Sample, pack, shard_name
from maskline.contract.stage.form import Form
from maskline.contract.store.directory import DirectoryStore
from maskline.train.config import configure
from maskline.train.form import check
from maskline.train.inputs import TrainInputs
from maskline.train.preview import preview
from maskline.train.stage import run
from maskline.train.tell.page import learning_page

RECORD = "signals/1"
TABLE = CategoryTable(domain="signals", policy="1", categories=(Category(id=1, name="peak", colour="#102030"),))


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the kind, here and in the processes that train: what a wheel would leave."""
    about = tmp_path / "site" / "signals-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: signals\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[maskline.kind]\n{RECORD} = signals\n")
    monkeypatch.syspath_prepend(str(about.parent))
    monkeypatch.setenv("PYTHONPATH", f"{about.parent}:{Path(__file__).parent / 'oracle'}")


def signal(index: int) -> Sample:
    rng = np.random.default_rng(index)
    values, at = rng.uniform(0, 0.5, 8), int(rng.integers(8))
    values[at] = 1
    label = {"id": index, "image_id": index, "category_id": 1, "at": at}
    record = {"id": index, "file_name": f"{index}.json", "group": str(index)}
    return Sample(str(index), {"json": json.dumps(values.tolist()).encode()}, record, [label])


@pytest.fixture
def dataset(directory_store: DirectoryStore) -> Artifact:
    files = {}
    for split, indices in (("train", range(1, 65)), ("val", range(65, 81))):
        name = shard_name(split, 0)
        for suffix, data in zip((".json", ".tar"), pack([signal(index) for index in indices], TABLE), strict=True):
            files[name + suffix] = write_file(directory_store, "datasets/signals-0123456789ab", name + suffix, data)
    told: dict[str, Any] = {"kind": "dataset", "record": RECORD, "name": "signals", "id": "0123456789ab"}
    told |= {"stage": "render", "config": {}, "inputs": {}, "figures": {}}
    return seal(directory_store, Manifest(**told, categories=TABLE, files=files))


def test_a_network_of_another_kind_learns_is_scored_told_of_and_started_from(
    dataset: Artifact, directory_store: DirectoryStore, capfd: pytest.CaptureFixture[str]
) -> None:
    kind = training_of(RECORD)
    first = run(configure(kind, "tiny", 0, 7, {"log_period_steps": 10}), TrainInputs(dataset.uri), directory_store)
    assert (first.manifest.record, first.manifest.config["hidden"]) == (RECORD, 16)
    assert first.manifest.figures["hits"] > 0.8
    assert "validation hits over training steps" in learning_page(first)
    assert b"architecture: two-layers" in first.read("model.yaml")

    config = configure(kind, "tiny", 20, 7, {"validation_period_steps": 10, "log_period_steps": 10, "ema": 0.5})
    run(config, TrainInputs(dataset.uri, first.uri), directory_store)
    said = capfd.readouterr().out
    assert "train.starting_weights matched=4 of=4" in said
    assert "last_hits=" in said


def test_what_it_is_going_to_see_is_the_kinds_matter(dataset: Artifact) -> None:
    config = configure(training_of(RECORD), "tiny", 0, 7, {})
    shown = preview(dataset, config, 3)
    assert shown.record == RECORD
    tops = [max(json.loads(sample.members["json"])) for sample in shown.samples]
    assert all(0.9 <= top <= 1.1 for top in tops)
    assert len(set(tops)) == 3


def test_a_form_about_it_is_checked_by_its_own_options_and_one_about_nobody_knows_what_is_not() -> None:
    values = {"train_preset": "tiny", "train_steps": 0, "seed": 0, "train_starting_weights": ""}
    with pytest.raises(InvalidInput, match=r"train preset 'tiny': unknown field 'short_side_px' \(known: name"):
        check(Form(values, {"train": {"short_side_px": 5}}, record=RECORD))
    check(Form(values, {"train": {"short_side_px": 5}}))
