"""The four-class cell challenge: a folder for each picture, a label picture for each class."""

import json
from pathlib import Path

import numpy as np
import pytest
from handmade import found, grey, grid, remarks, take, tiff, write

from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore

SHAPE = (3, 5)
PICTURE = tiff(np.full((*SHAPE, 4), 255, np.uint8), photometric="rgb")
FIRST, SECOND = grid("11000 10020 00022"), grid("00000 00000 90000")
CELLS = {
    "0a/image.tif": PICTURE,
    "0a/class1.tif": tiff(FIRST.astype(np.float64)),
    "0a/class4.tif": tiff(SECOND.astype(np.float64)),
    "0b/image.tif": grey(SHAPE),
    "0b/class2.tif": tiff(FIRST),
}
RELEASE = {
    "test_release/x.tif": PICTURE,
    "test_image_name_to_ids.json": json.dumps([{"file_name": "x.tif", "id": 1, "height": 3, "width": 5}]).encode(),
}


def test_each_class_has_its_instances_and_ids_do_not_depend_on_which_occur(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    dataset = take(directory_store, write(tmp_path, CELLS))
    assert dataset.manifest.categories.names == ("class1", "class2", "class3", "class4")
    pictures = found(dataset)
    assert [name for name, _ in pictures["0a/image.png"]] == ["class1", "class1", "class4"]
    assert (pictures["0a/image.png"][2][1] == (SECOND == 9)).all()
    assert [name for name, _ in pictures["0b/image.png"]] == ["class2", "class2"]


def test_pictures_without_labels_beside_others_are_told_with_what_to_do(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    (told,) = remarks(take(directory_store, write(tmp_path, CELLS | RELEASE)))
    assert "1 pictures have no labels and are left out (test_release/x.tif): `maskline predict` finds" in told


def test_pictures_without_labels_alone_are_no_dataset(tmp_path: Path, directory_store: DirectoryStore) -> None:
    message = r"its 1 pictures have no labels, so they are no dataset: `maskline predict` .* --layout submission-json"
    with pytest.raises(InvalidInput, match=message):
        take(directory_store, write(tmp_path, RELEASE))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, directory_store: DirectoryStore) -> None:
    wrong = {
        "no/class1.tif": tiff(FIRST),
        "sizes/image.tif": PICTURE,
        "sizes/class1.tif": tiff(FIRST),
        "sizes/class2.tif": tiff(FIRST[:2]),
        "half/image.tif": PICTURE,
        "half/class1.tif": tiff(FIRST / 2),
        "stack/image.tif": tiff(np.zeros((2, *SHAPE), np.uint8), photometric="minisblack"),
        "stack/class1.tif": tiff(np.stack([FIRST, FIRST]), photometric="minisblack"),
        "broken/image.tif": PICTURE,
        "broken/class1.tif": b"II*\0nothing",
        "broken/class2.tif": tiff(FIRST),  # one that can be read beside one that cannot
        "lossy/image.tif": PICTURE,
        "lossy/class1.jpg": b"\xff\xd8\xff\xe0nothing",
        "two/image.tif": PICTURE,
        "two/image.png": grey(SHAPE),
        "two/class1.tif": tiff(FIRST),
        "two/class1.tiff": tiff(FIRST),
    }
    with pytest.raises(InvalidInput) as raised:
        take(directory_store, write(tmp_path, CELLS | wrong))
    told = str(raised.value)
    for words in (
        "9 things are wrong",
        "theirs/no: there is no image.tif beside its label pictures",
        "theirs/sizes: its label pictures are of several sizes, 5 x 2, 5 x 3 px",
        "theirs/half/class1.tif: it holds 0.5: labels are whole numbers",
        "theirs/stack/image.tif: it has 2 pages: a picture is one",
        "theirs/stack/class1.tif: it has 2 pages: a class has one label picture",
        "theirs/broken/class1.tif: ",
        "theirs/lossy/class1.jpg: ",
        "theirs/two/image.tif: there is image.png, too: one of them must go",
        "theirs/two/class1.tiff: there is class1.tif, too: one of them must go",
    ):
        assert words in told


def test_pictures_that_are_called_otherwise_are_told(tmp_path: Path, directory_store: DirectoryStore) -> None:
    more = {"0a/class0.tif": tiff(FIRST), "0a/class1 (copy).tif": tiff(FIRST)}
    (told,) = remarks(take(directory_store, write(tmp_path, CELLS | more)))
    assert "2 pictures are called neither image nor class1, class2, ... and are left out (0a/class0.tif)" in told
