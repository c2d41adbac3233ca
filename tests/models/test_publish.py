"""Thresholds put beside a model that comes with a package."""

from pathlib import Path

import pytest

from maskline.contract.artifact import Artifact, Kind, Manifest, place, seal, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.thresholds import FILE, Threshold, Thresholds, held_by, read_thresholds
from publish import publish_thresholds

TABLE = CategoryTable.model_validate(
    {"domain": "shapes", "policy": "plain", "categories": [{"id": 1, "name": "square", "colour": "#ff0000"}]}
)


def make(folder: Path, kind: Kind, key: str, score: float = 0.5, **inputs: str) -> Artifact:
    store, content = DirectoryStore(folder), Thresholds(classes={"square": Threshold(score=score, pixels=0)})
    data = canonical_json(content.model_dump(mode="json"))
    entry = write_file(store, place(kind, "small", key), FILE, data)
    manifest = Manifest(
        kind=kind, record="coco/1", name="small", id=key, stage="test", categories=TABLE, config={}, inputs=inputs,
        files={FILE: entry}, figures={},
    )  # fmt: skip
    return seal(store, manifest)


def test_the_last_ones_hold_and_name_no_store(tmp_path: Path) -> None:
    package, elsewhere = tmp_path / "package", tmp_path / "elsewhere"
    checkpoint = make(package, "checkpoint", "1" * 12)
    for key, score in (("2" * 12, 0.4), ("3" * 12, 0.6)):
        chosen = make(
            elsewhere, "thresholds", key, score, checkpoint=f"package://shelf/checkpoints/small-{'1' * 12}",
            predictions="s3://bucket/project/predictions/small-on-all-0123", dataset="file:///home/datasets/all-0123",
        )  # fmt: skip
        publish_thresholds(chosen, package)

    held = held_by(checkpoint, None)
    assert held is not None
    assert read_thresholds(held, checkpoint).classes["square"].score == 0.6
    assert held.manifest.inputs == {
        "checkpoint": f"checkpoints/small-{'1' * 12}",
        "predictions": "predictions/small-on-all-0123",
        "dataset": "datasets/all-0123",
    }
    assert {path.split("/")[1] for path in DirectoryStore(package).list("thresholds")} == {f"small-{'3' * 12}"}


def test_thresholds_of_a_model_that_is_not_there_are_refused(tmp_path: Path) -> None:
    chosen = make(tmp_path / "elsewhere", "thresholds", "2" * 12, checkpoint="s3://b/p/checkpoints/small-999999999999")
    with pytest.raises(InvalidInput, match=r"of checkpoints/small-9{12}, which is not in"):
        publish_thresholds(chosen, tmp_path / "package")
