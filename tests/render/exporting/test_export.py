"""Exporting whatever a kind of record writes: a folder that is there as a whole or not at all."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.store.directory import DirectoryStore
from maskline.render.exporting.export import export

if TYPE_CHECKING:
    from tests.render.conftest import Lines


@pytest.fixture
def dataset(lines: "Lines", directory_store: DirectoryStore) -> Artifact:
    return lines.imported(directory_store, "train low", "val high")


def test_the_kinds_first_layout_is_the_usual_one_and_what_it_cannot_tell_is_noted(
    dataset: Artifact, tmp_path: Path
) -> None:
    assert export(dataset, tmp_path / "one", {}) == ["splits cannot be told in a list"]
    assert (tmp_path / "one/list.txt").read_text() == "low\nhigh\n"
    assert export(dataset, tmp_path / "two", {"layout": "table", "end": ";"}) == []
    assert (tmp_path / "two/table.txt").read_text() == "low;high;"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"layout": "coco"}, r"--layout coco: records of kind 'lines/1' have no such \(there are: list, table\)"),
        ({"masks": "rle"}, r"export: unknown field 'masks' \(known: layout, end\)"),
        ({"end": 3}, "export: end = 3: "),
    ],
)
def test_a_layout_and_an_option_that_the_kind_does_not_have_are_named_with_those_it_has(
    dataset: Artifact, tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        export(dataset, tmp_path / "out", options)
    assert not (tmp_path / "out").exists()


def test_what_is_there_already_is_left_alone(dataset: Artifact, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    export(dataset, out, {})
    with pytest.raises(InvalidInput, match="out is there already and not empty"):
        export(dataset, out, {})
    with pytest.raises(InvalidInput, match="not empty"):
        export(dataset, out / "list.txt", {})


def test_an_export_that_fails_leaves_nothing(
    dataset: Artifact, directory_store: DirectoryStore, tmp_path: Path
) -> None:
    shard = f"{dataset.manifest.prefix}/{dataset.manifest.files['shards/val-00000.tar'].key}"
    directory_store.write(shard, directory_store.read(shard)[:-1])
    before = set(tmp_path.iterdir())
    with pytest.raises(Corrupt, match=r"shards/val-00000/\w+\.tar"):
        export(dataset, tmp_path / "out", {})
    assert set(tmp_path.iterdir()) == before
