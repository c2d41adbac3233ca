"""What a complete run leaves in its folder."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from maskline.contract.artifact import Kind, Manifest, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import Corrupt
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.local.results import collect, copy_overlays, is_report, predictions_of
from maskline.pipelines.local.runner import Results
from maskline.pipelines.local.tables import table

TABLE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=1, name="dot", colour="#102030"),))
FIGURES = {
    "images": 12,
    "mask_ap": 0.5,
    "mask_ap50": 0.75,
    "mask_ap75": None,
    "per_class": {"dot": {"ap": 0.5, "ap50": 0.75, "ap75": None}},
    "domain": {
        "within_reach": {
            "caption": "Within 2 px.",
            "columns": ["truths", "recall"],
            "rows": {"dot": {"recall": 1.0, "truths": 1200}},
        }
    },
}
METRICS = FIGURES | {"readings": {"from_afar": FIGURES | {"per_class": {"dot": {"ap": 0.6, "ap50": 0.875}}}}}
CHECKPOINT = "s3://bucket/x/checkpoints/tiny-0123456789ab"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "demo").mkdir()
    return Folder(tmp_path / "demo")


def sealed(store: DirectoryStore, kind: Kind, files: dict[str, bytes], figures: dict[str, Any]) -> str:
    prefix = place(kind, "tiny", "0123456789ab")
    entries = {name: write_file(store, prefix, name, data) for name, data in files.items()}
    manifest = Manifest(
        kind=kind, record="", name="tiny", id="0123456789ab", stage="test", categories=TABLE, config={"split": "val"},
        inputs={"checkpoint": CHECKPOINT}, files=entries, figures=figures,
    )  # fmt: skip
    return seal(store, manifest).uri


def test_the_report_and_its_figures_are_left_in_the_folder(directory_store: DirectoryStore, folder: Folder) -> None:
    files = {"report.html": b"<p>fine</p>", "metrics.json": json.dumps(METRICS).encode()}
    results = Results()
    results.parameters = {
        "contest": {
            "report_uri": sealed(directory_store, "report", files, {"images": 12}),
            "decision": "kept",
            "reason": "it is no better",
        },
    }
    folder.overlays.mkdir()
    (folder.overlays / "old.png").touch()
    outcome = collect(results, folder, seconds=61.26)
    assert not folder.overlays.exists()
    assert folder.report.read_bytes() == b"<p>fine</p>"
    assert json.loads(folder.summary.read_text()) == {
        "mask_ap": 0.5,
        "mask_ap50": 0.75,
        "mask_ap75": None,
        "per_class_ap50": {"dot": 0.75},
        "readings": {"from_afar": {"mask_ap": 0.5, "mask_ap50": 0.75, "per_class_ap50": {"dot": 0.875}}},
        "images": 12,
        "seconds": 61.3,
        "report": str(folder.report),
        "checkpoint": CHECKPOINT,
    }
    assert predictions_of(results) == ""
    console = Console(width=200, file=io.StringIO())
    for name, measures in outcome.tables.items():
        console.print(table(name, measures))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for cells in (["dot", "0.750", "0.500", "-", "0.875", "0.600"], ["dot", "1,200", "1.000"]):
        assert any(re.findall(r"[^\s\u2502]+", line) == cells for line in shown.splitlines())
    assert "within reach, from afar" in shown
    assert "Within 2 px." in shown


def test_a_report_without_a_contest_names_no_champion(directory_store: DirectoryStore, folder: Folder) -> None:
    files = {"report.html": b"", "metrics.json": json.dumps(METRICS).encode()}
    results = Results()
    assert not is_report(results)
    results.parameters = {"evaluate": {"report_uri": sealed(directory_store, "report", files, {"images": 12})}}
    assert is_report(results)
    outcome = collect(results, folder, seconds=1)
    assert (outcome.decision, outcome.checkpoint) == ("", CHECKPOINT)


def test_the_overlays_are_left_in_the_folder(directory_store: DirectoryStore, folder: Folder) -> None:
    unreadable = [{"file_name": "zero.png", "reason": "the file is empty"}]
    files = {"overlays/a.png": b"png", "shards/00000.json": b"[]"}
    overlays = copy_overlays(sealed(directory_store, "predictions", files, {"unreadable": unreadable}), folder)
    assert [path.name for path in folder.overlays.iterdir()] == ["a.png"]
    assert (overlays.count, overlays.unreadable) == (1, unreadable)


def test_an_overlay_that_would_land_outside_the_folder_is_refused(
    directory_store: DirectoryStore, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = sealed(directory_store, "predictions", {"overlays/a.png": b"png"}, {"unreadable": []})
    manifest = directory_store.read("predictions/tiny-0123456789ab/manifest.json")
    monkeypatch.setattr(
        "maskline.contract.store.directory.DirectoryStore.read",
        lambda _, path: (
            manifest.replace(b"overlays/a.png", b"overlays/../../../evil") if "manifest" in path else b"png"
        ),
    )
    with pytest.raises(Corrupt, match="outside its folder"):
        copy_overlays(uri, folder)
    assert not (folder.path.parent / "evil").exists()
