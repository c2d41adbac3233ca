"""Importing whatever a kind of record finds: checked as a whole, written shard by shard, sealed."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from maskline.contract.artifact import FIRST_RECORD
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import Exchange, ImportConfig
from maskline.contract.picture import decode
from maskline.contract.shard import Dataset
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import record_of

if TYPE_CHECKING:
    from tests.render.conftest import Lines

SOME = ("val low", "train high", "val high*", "train high", "val low")


def test_what_is_sealed_tells_the_kind_its_options_and_the_figures_of_every_split(
    lines: "Lines", directory_store: DirectoryStore
) -> None:
    manifest = lines.imported(directory_store, *SOME).manifest
    assert (manifest.record, manifest.config, manifest.stage) == ("lines/1", {"case": "kept"}, "import")
    assert manifest.figures["splits"] == {
        "train": {"samples": 2, "crowds": 0, "instances": {"low": 0, "high": 2}},
        "val": {"samples": 3, "crowds": 1, "instances": {"low": 2, "high": 0}},
    }
    assert manifest.figures["remarks"] == {"count": 1, "listed": ["high* is a crowd"]}
    assert {name: one["groups"] for name, one in manifest.figures["shards"].items()} == {
        "shards/train-00000": 1,
        "shards/val-00000": 2,
    }


def test_the_samples_are_the_kinds_and_so_is_the_preview(lines: "Lines", directory_store: DirectoryStore) -> None:
    artifact = lines.imported(directory_store, *SOME)
    dataset = Dataset(artifact)
    found = [sample for split in dataset.splits for sample in dataset.samples(f"shards/{split}-00000")]
    assert [sample.members["txt"] for sample in found] == [b"high", b"high", b"high*", b"low", b"low"]
    assert [sample.image["id"] for sample in found] == [1, 2, 3, 4, 5]
    assert decode(artifact.read("preview.png")).ndim == 3
    assert not directory_store.list("work")


def test_what_is_wrong_is_one_list_and_nothing_is_written(lines: "Lines", directory_store: DirectoryStore) -> None:
    told = "2 things are wrong, so nothing was imported:\n  there is no up\n  there is no down"
    with pytest.raises(InvalidInput) as raised:
        lines.imported(directory_store, "train up", "val low", "val down")
    assert str(raised.value) == told
    assert not directory_store.root.exists()


def test_of_many_problems_and_remarks_the_first_are_listed(lines: "Lines", directory_store: DirectoryStore) -> None:
    with pytest.raises(InvalidInput) as raised:
        lines.imported(directory_store, *["train up"] * 60)
    assert str(raised.value).splitlines()[50:] == ["  there is no up", "  and 10 more"]
    remarks = lines.imported(directory_store, *["train low*"] * 60).manifest.figures["remarks"]
    assert (remarks["count"], len(remarks["listed"])) == (60, 50)


def test_imported_again_it_is_found_unchecked_and_what_is_changed_is_another(
    lines: "Lines", directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = lines.imported(directory_store, *SOME)
    before = directory_store.list("")
    with monkeypatch.context() as patched:
        patched.setattr(lines, "read", None)
        assert lines.imported(directory_store, *SOME).uri == known.uri
    assert directory_store.list("") == before
    assert lines.imported(directory_store, *SOME, "val low").uri != known.uri


def test_killed_between_shards_it_goes_on_and_gives_the_same(
    lines: "Lines", directory_store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Exchange, "samples_per_shard", 1)

    class Killed(DirectoryStore):
        """A folder whose user is killed while the second shard of a split is written."""

        def write(self, path: str, data: bytes) -> None:
            if "val-00001" in path:
                raise KeyboardInterrupt
            super().write(path, data)

    with pytest.raises(KeyboardInterrupt):
        lines.imported(Killed(directory_store.root), *SOME)
    written = list(directory_store.root.glob("datasets/*/shards/*-0000*/*.tar"))
    assert len(written) == 3
    times = [path.stat().st_mtime_ns for path in written]
    again = lines.imported(directory_store, *SOME)
    assert [path.stat().st_mtime_ns for path in written] == times
    assert again.manifest == lines.imported(DirectoryStore(tmp_path / "other"), *SOME).manifest


def test_the_kind_is_the_one_asked_for_else_the_domains_else_the_first_there_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "words-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: words\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[maskline.render]\nwords = tales:domain\n")
    (tmp_path / "tales.py").write_text("class domain:\n    record = 'lines/1'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    config = ImportConfig(sources=("a",), name="a", domain="words")
    assert record_of(config) == "lines/1"
    assert record_of(config.model_copy(update={"record": "marks/1"})) == "marks/1"
    assert record_of(config.model_copy(update={"domain": "elsewhere"})) == FIRST_RECORD
