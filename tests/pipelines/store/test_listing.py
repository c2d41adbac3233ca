"""What `maskline artifacts` says of what is sealed in a store."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from maskline.contract.artifact import Kind, Manifest, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.kind.evaluation import evaluation_of
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.command_line import app

TABLE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=1, name="dot", colour="#102030"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def maskline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def sealed(store: Store, kind: Kind, figures: Mapping[str, object], record: str = "") -> str:
    prefix = place(kind, "tiny", "0123456789ab")
    files = {"a.txt": write_file(store, prefix, "a.txt", b"text")}
    manifest = Manifest(
        kind=kind, record=record, name="tiny", id="0123456789ab", stage="test", categories=TABLE, config={}, inputs={},
        files=files, figures=dict(figures),
    )  # fmt: skip
    return seal(store, manifest).uri


def test_artifacts_lists_what_is_sealed_with_its_key_figures(directory_store: DirectoryStore, folder: Path) -> None:
    splits = {"train": {"samples": 50}, "val": {"samples": 10}}
    uri = sealed(directory_store, "dataset", {"splits": splits})
    sealed(directory_store, "report", {"mask_ap": 0.51234, "mask_ap50": None, "images": 10})
    directory_store.write("reports/half-0123456789ab/report.html", b"not sealed")
    lines = maskline("artifacts", "--folder", folder, "--store", directory_store.uri).stdout.splitlines()
    assert lines[0].split() == ["kind", "name", "id", "key", "figures", "URI"]
    assert [line.split()[:5] for line in lines[1:]] == [
        ["dataset", "tiny", "0123456789ab", "train=50", "val=10"],
        ["report", "tiny", "0123456789ab", "images=10", "mask_ap=0.5123"],
    ]
    assert uri in lines[1]


def test_a_headline_is_that_of_its_kind_and_a_kind_that_is_not_installed_has_none(
    directory_store: DirectoryStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "maskline.pipelines.store.listing.evaluation_of",
        lambda record: SimpleNamespace(headline="f1") if record == "sound/1" else evaluation_of(record),
    )
    figures = {"images": 3, "steps": 9, "f1": 0.5, "mask_ap": 0.1}
    sealed(directory_store, "checkpoint", figures, "sound/1")
    sealed(directory_store, "report", figures, "smell/1")
    lines = maskline("artifacts", "--folder", folder, "--store", directory_store.uri).stdout.splitlines()
    assert [line.split()[3:-1] for line in lines[1:]] == [["steps=9", "f1=0.5"], ["images=3"]]


def test_artifacts_show_prints_the_manifest(directory_store: DirectoryStore, folder: Path) -> None:
    uri = sealed(directory_store, "predictions", {"images": 3})
    shown = json.loads(maskline("artifacts", "--folder", folder, "--store", directory_store.uri, "show", uri).stdout)
    assert (shown["uri"], shown["kind"], shown["figures"]) == (uri, "predictions", {"images": 3})


@pytest.mark.parametrize(
    ("uri", "named"),
    [("datasets/gone-0123456789ab", "does not exist: a dataset was expected"), ("nonsense/x", "is no artifact")],
)
def test_artifacts_show_of_nothing_says_so(uri: str, named: str, directory_store: DirectoryStore, folder: Path) -> None:
    store = directory_store.uri
    result = maskline("artifacts", "--folder", folder, "--store", store, "show", f"{store}/{uri}")
    assert result.exit_code == 1
    assert named in result.stderr
