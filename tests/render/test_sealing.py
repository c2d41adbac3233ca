"""Sealing: what it waits for, what it leaves behind, what it says of input that was not drawn."""

from pathlib import Path
from typing import Any

import pytest

from maskline.contract.artifact import Receipt, find_sealed, write_receipt
from maskline.contract.errors import NotFound
from maskline.contract.shard import Dataset
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.drawing import work
from maskline.render.plan import Plan, make_plan
from maskline.render.sealing import seal
from maskline.render.stage import run

DRAWING = {"source": "nci", "stereo_share": 0}
SMALL: dict[str, Any] = {"samples": 6, "validation_share": 0, "samples_per_shard": 3, "drawing": DRAWING}


class SealedInBetween(DirectoryStore):
    """A folder in which another run seals the dataset when the first receipt is asked for."""

    def __init__(self, root: Path, plan: Plan) -> None:
        super().__init__(root)
        self.plan: Plan | None = plan

    def read(self, path: str) -> bytes:
        if path.startswith("work/") and self.plan:
            plan, self.plan = self.plan, None
            seal(plan, DirectoryStore(self.root))
        return super().read(path)


def test_sealing_without_every_receipt_names_the_shard(directory_store: DirectoryStore) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    work(plan, "shards/train-00000", directory_store)
    with pytest.raises(NotFound, match=r"shards/train-00001 of artifact [0-9a-f]{12} has no receipt"):
        seal(plan, directory_store)
    assert find_sealed(directory_store, "dataset", "demo", plan.id) is None


def test_what_another_run_seals_in_between_is_adopted(tmp_path: Path) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    for shard in plan.shards():
        work(plan, shard.name, DirectoryStore(tmp_path))
    adopted = seal(plan, SealedInBetween(tmp_path, plan))
    found = find_sealed(DirectoryStore(tmp_path), "dataset", "demo", plan.id)
    assert found
    assert adopted.manifest == found.manifest


@pytest.mark.parametrize("again", [seal, lambda plan, store: run(plan.config, store)])
def test_receipts_left_by_a_kill_after_the_manifest_are_cleared(directory_store: DirectoryStore, again: Any) -> None:
    plan = make_plan(RenderConfig(**SMALL))
    sealed = run(plan.config, directory_store)
    write_receipt(directory_store, plan.id, "shards/train-00000", Receipt(files={}, figures={}))
    assert again(plan, directory_store).manifest == sealed.manifest
    assert not directory_store.list("work")


@pytest.mark.parametrize("workers", [1, 2])
def test_every_line_that_can_never_be_drawn_is_counted_and_listed(
    directory_store: DirectoryStore, tmp_path: Path, workers: int
) -> None:
    """Six samples meet a few of the hundred lines; the fifty nonsense ones, and the dative bond, are all told of."""
    source = tmp_path / "mixed.smi"
    source.write_text("CCO\nnonsense\n" * 50 + "[NH3]->[Fe]\nCC@nonsense\n")
    drawing = {"source": str(source), "heavy_atoms": [1, 9], "held_out_share": 0.01, "stereo_share": 0}
    unusable = run(RenderConfig(**SMALL | {"drawing": drawing}), directory_store, workers).manifest.figures["unusable"]
    assert unusable["entries_met"] == 52
    assert [fault["line"] for fault in unusable["listed"]] == [*range(2, 101, 2), 101, 102]
    assert unusable["by_reason"] == {"not SMILES that RDKit can read": 51, "a DATIVE bond has no class": 1}
    assert unusable["listed"][0] == {"line": 2, "text": "nonsense", "reason": "not SMILES that RDKit can read"}


def test_molecules_illegible_in_one_style_are_told_apart_from_unusable_lines(
    directory_store: DirectoryStore, tmp_path: Path
) -> None:
    """A long chain has room along the picture's diagonal alone."""
    chain = "C" * 13
    source = tmp_path / "mixed.smi"
    source.write_text(f"{chain}\nCC#N\nCCO\n")
    drawing = {"source": str(source), "heavy_atoms": [1, 13], "held_out_share": 0.01, "stereo_share": 0}
    dataset = Dataset(run(RenderConfig(**SMALL | {"samples": 60, "drawing": drawing}), directory_store))
    told = dataset.artifact.manifest.figures
    shown = {sample.image["smiles"] for shard in dataset.shards("train") for sample in dataset.samples(shard)}
    assert shown == {chain, "CCO"}
    assert [(fault["line"], fault["text"]) for fault in told["unusable"]["listed"]] == [(2, "CC#N")]
    assert [(fault["line"], fault["text"]) for fault in told["passed_over"]["listed"]] == [(1, chain)]
    assert (told["unusable"]["entries_met"], told["passed_over"]["entries_met"]) == (1, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_what_options_leave_out_is_counted_once_and_told_in_a_line(
    directory_store: DirectoryStore, tmp_path: Path, capfd: pytest.CaptureFixture[str], workers: int
) -> None:
    """Both shards meet methane and nonane; each is one of the two lines that heavy_atoms leaves out."""
    source, excluded = tmp_path / "mixed.smi", tmp_path / "keys"
    source.write_text("CCO\nC\nCCCCCCCCC\nCCN\nnonsense\n")
    excluded.write_text("LFQSCWFLJHTTHZ\n")
    drawing = {
        "source": str(source),
        "heavy_atoms": [2, 4],
        "exclude": str(excluded),
        "held_out_share": 0.01,
        "stereo_share": 0,
    }
    asked = RenderConfig(**SMALL | {"samples": 40, "samples_per_shard": 20, "drawing": drawing})
    told = run(asked, directory_store, workers).manifest.figures
    assert told["left_out"] == {"entries_met": 3, "by_option": {"exclude": 1, "heavy_atoms": 2}}
    assert told["unusable"]["entries_met"] == 1
    assert all("left_out" not in shard for shard in told["shards"].values())
    assert "render.not_drawn unusable=1 exclude=1 heavy_atoms=2\n" in capfd.readouterr().out


def test_nothing_is_said_where_everything_may_be_drawn(
    directory_store: DirectoryStore, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.smi"
    source.write_text("CCO\nCCN\n")
    drawing = {"source": str(source), "heavy_atoms": [2, 4], "held_out_share": 0.01, "stereo_share": 0}
    told = run(RenderConfig(**SMALL | {"drawing": drawing}), directory_store).manifest.figures
    assert told["left_out"] == {"entries_met": 0, "by_option": {}}
    assert "not_drawn" not in capfd.readouterr().out
