"""What is exported is what was imported, and comes back as the same."""

from pathlib import Path

import numpy as np
import pytest

from maskline.contract.shard import Dataset
from maskline.render.exporting.export import export
from maskline.volumes.bricks import grid
from maskline.volumes.bricks.reading import volumes_of
from maskline.volumes.voxels import whole
from tests.volumes.exchange.conftest import Import, Theirs, table

SHAPE = (5, 6, 7)


def test_volumes_come_back_as_they_went(
    theirs: Theirs, imported: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "BRICK", 3)
    rng = np.random.default_rng(0)
    arrays = {
        "train/raw/day/a.npy": rng.normal(size=SHAPE).astype(np.float16),
        "train/labels/day/a.npy": rng.integers(0, 2**32, SHAPE, np.uint32),
        "train/semantic/day/a.npy": rng.integers(0, 3, SHAPE, np.uint16),
        "val/raw/b.npy": rng.integers(-5, 5, SHAPE, np.int8),
    }
    for path, values in arrays.items():
        theirs.write(path, values)
    first = imported()

    lost = export(first, tmp_path / "out", {"layout": "npy"})

    assert lost == []
    written = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert written == sorted(arrays)
    for path, values in arrays.items():
        read = np.load(tmp_path / "out" / path)
        assert (read.dtype, read.tolist()) == (values.dtype, values.tolist())
    second = imported(tmp_path / "out")
    assert second.uri == first.uri


def test_classes_go_along_where_there_are_several(theirs: Theirs, imported: Import, tmp_path: Path) -> None:
    labels = np.arange(210).reshape(SHAPE) % 3
    theirs.write("train/a.npy", labels)
    theirs.write("train/a_labels.npy", labels)
    theirs.text("train/a_classes.csv", "instance,class\n1,cup\n2,can\n")
    first = imported(table=table("can", "cup"))

    export(first, tmp_path / "out", {"layout": "npy"})

    assert (tmp_path / "out/train/classes/a.csv").read_text() == "instance,class\n1,cup\n2,can\n"
    (volume,) = volumes_of(Dataset(imported(tmp_path / "out", table=table("can", "cup"))), "train").values()
    assert volume.read(whole(SHAPE)).tolist() == labels.tolist()
