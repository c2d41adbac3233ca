"""A dataset as label pictures, and back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import found, grey, grid, png, take, write
from PIL import Image

from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore
from maskline.render.exporting.export import export

LABELS = grid("03300 03050 70030")
SHAPE = (3, 5)


def test_what_is_exported_is_imported_again_number_by_number(tmp_path: Path, directory_store: DirectoryStore) -> None:
    source = write(tmp_path, {"images/a.png": grey(SHAPE), "masks/a.png": png(LABELS)})
    first = take(directory_store, source)
    assert export(first, tmp_path / "out", {"layout": "labels"}) == []
    written = np.asarray(Image.open(tmp_path / "out/train/labels/images/a.png"))
    assert written.dtype == np.uint16
    assert (written == grid("01100 01020 30010")).all()
    again = take(directory_store, tmp_path / "out", split="")
    ours, theirs = (next(iter(found(each).values())) for each in (first, again))
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    assert all((one == other).all() for (_, one), (_, other) in zip(ours, theirs, strict=True))


def test_where_instances_overlap_the_first_stays_and_that_is_told(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    classes = {"class1.png": png(grid("11000 22000")), "class2.png": png(grid("01100 02000"))}
    source = write(tmp_path, {"image.png": grey((2, 5)), **classes})
    assert export(take(directory_store, source), tmp_path / "out", {"layout": "labels"}) == [
        "1 pictures have instances that overlap, where the first stays: image.png (2 px)",
        "1 pictures have instances wholly below others, which are lost: image.png (1)",
        "categories are not told",
    ]
    assert (np.asarray(Image.open(tmp_path / "out/train/labels/image.png")) == grid("11300 22000")).all()


@pytest.mark.parametrize("masks", ["rle", "polygons"])
def test_numbers_are_neither_runs_nor_polygons(masks: Any, tmp_path: Path, directory_store: DirectoryStore) -> None:
    source = write(tmp_path, {"images/a.png": grey(SHAPE), "masks/a.png": png(LABELS)})
    with pytest.raises(InvalidInput, match=f"--layout labels writes masks as numbers, but --masks is {masks}"):
        export(take(directory_store, source), tmp_path / "out", {"layout": "labels", "masks": masks})
