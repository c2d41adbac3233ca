"""Pictures without labels, asked for as such."""

from pathlib import Path

import numpy as np
import pytest
from handmade import grey, tiff, write

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.kind.exchange import ImportConfig
from maskline.contract.shard import Dataset
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

SHAPE = (3, 5)
STACK = tiff(np.zeros((2, 3, 7), np.uint8))


def imported(folder: Path, store: DirectoryStore, **options: str) -> Dataset:
    config = ImportConfig(sources=(str(folder),), name="bare", domain="molecules")
    return Dataset(run(config, store, options))


def test_all_pictures_come_in_with_the_domains_classes_and_without_an_instance(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    folder = write(tmp_path, {"a.png": grey(SHAPE), "x/b.png": grey(SHAPE, 7)})
    dataset = imported(folder, directory_store, layout="unlabelled")
    assert dataset.splits == ["unlabelled"]
    truth = dataset.truth("unlabelled")
    assert [(image["file_name"], image["width"]) for image in truth["images"]] == [("a.png", 5), ("x/b.png", 5)]
    assert truth["annotations"] == []
    assert "ATOM" in [category["name"] for category in truth["categories"]]


def test_a_stack_is_refused_unless_its_pages_are_wanted_and_then_it_is_one_group(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    folder = write(tmp_path, {"stack.tif": STACK})
    with pytest.raises(InvalidInput, match=r"stack.tif: it has 2 pages, as a stack"):
        imported(folder, directory_store, layout="unlabelled")
    truth = imported(folder, directory_store, layout="unlabelled", pages="each").truth("unlabelled")
    assert [image["group"] for image in truth["images"]] == ["stack.tif", "stack.tif"]


def test_nothing_is_taken_for_it_by_itself(tmp_path: Path, directory_store: DirectoryStore) -> None:
    with pytest.raises(NotFound, match="--layout unlabelled imports them for a model to label"):
        imported(write(tmp_path, {"a.png": grey(SHAPE)}), directory_store)


def test_a_folder_without_a_picture_is_no_dataset(tmp_path: Path, directory_store: DirectoryStore) -> None:
    with pytest.raises(InvalidInput, match="holds no pictures"):
        imported(write(tmp_path, {"a.txt": b"text"}), directory_store, layout="unlabelled")
