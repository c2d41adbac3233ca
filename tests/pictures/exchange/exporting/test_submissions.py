"""Predictions as contests take them, and what these would read in them."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import grid
from pycocotools import mask as pycoco

from maskline.contract.artifact import Artifact, FileEntry, Manifest, seal
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import digest
from maskline.contract.kind.exchange import Predicted
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.exchange.formats.run_lengths import parse
from maskline.render.exporting.export import export, submit
from maskline.render.exporting.predictions import document_of, of_document

SURE, UNSURE, BELOW = grid("11000 11000 00000"), grid("00000 01110 00000"), grid("00000 01000 00000")
IMAGES = [
    {"id": 1, "file_name": "test/b.png", "width": 5, "height": 3},
    {"id": 2, "file_name": "test/a.png", "width": 5, "height": 3},
]
RESULTS = [
    {"image_id": 1, "category_id": 2, "score": 0.4, "segmentation": rle.encode(BELOW > 0)},
    {"image_id": 1, "category_id": 2, "score": 0.5, "segmentation": rle.encode(UNSURE > 0)},
    {"image_id": 1, "category_id": 1, "score": 0.9, "segmentation": rle.encode(SURE > 0)},
]
LIST = [
    {"file_name": "a.png", "id": 7, "width": 5, "height": 3},
    {"file_name": "b.png", "id": 4, "width": 5, "height": 3},
]
TABLE = CategoryTable(
    domain="cells",
    policy="plain",
    categories=(Category(id=1, name="astro", colour="#ff0000"), Category(id=2, name="cort", colour="#0000ff")),
)


@pytest.fixture
def predicted() -> Predicted:
    return Predicted(IMAGES, RESULTS)


def ids(place: Path, listed: list[dict[str, Any]]) -> str:
    path = place / "test_image_name_to_ids.json"
    path.write_text(json.dumps(listed))
    return str(path)


def test_submission_json_holds_coco_results_with_the_contests_ids(predicted: Predicted, tmp_path: Path) -> None:
    options = {"layout": "submission-json", "ids": ids(tmp_path, LIST)}
    assert submit(predicted, tmp_path / "out", options) == []
    results = json.loads((tmp_path / "out/submission.json").read_bytes())
    assert [(one["image_id"], one["category_id"], one["score"]) for one in results] == [
        (4, 2, 0.4),
        (4, 2, 0.5),
        (4, 1, 0.9),
    ]
    assert results[1]["bbox"] == [1, 1, 3, 1]
    assert np.array_equal(pycoco.decode(results[2]["segmentation"]), SURE)


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        (LIST[:1], "test_image_name_to_ids.json has no id for test/b.png, which was predicted"),
        ([LIST[0], LIST[1] | {"width": 6}], "test/b.png: sizes differ, 6 x 3 px and 5 x 3 px"),
        ([{"file_name": "a.png"}], "it must be a list of objects with file_name, id, height, width"),
    ],
)
def test_pictures_that_the_contest_does_not_know_are_refused(
    listed: list[dict[str, Any]], told: str, predicted: Predicted, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=told):
        submit(predicted, tmp_path / "out", {"layout": "submission-json", "ids": ids(tmp_path, listed)})
    assert not (tmp_path / "out").exists()


def test_pictures_that_were_not_predicted_are_noted(predicted: Predicted, tmp_path: Path) -> None:
    listed = ids(tmp_path, [*LIST, {"file_name": "c.png", "id": 9, "width": 5, "height": 3}])
    (note,) = submit(predicted, tmp_path / "out", {"layout": "submission-json", "ids": listed})
    assert note.startswith("1 pictures of ")
    assert note.endswith("were not predicted: c.png, ...")


@pytest.mark.parametrize("order", ["rows", "columns"])
def test_a_table_gives_each_pixel_to_the_surest_instance(order: Any, predicted: Predicted, tmp_path: Path) -> None:
    notes = submit(predicted, tmp_path / "out", {"layout": "kaggle", "rle_order": order})
    assert notes == [
        "2 pixels went from instances to better ones that they overlap",
        "1 instances lie wholly below better ones and are left out",
    ]
    with (tmp_path / "out/submission.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["id", "predicted"]
    assert [key for key, _ in rows] == ["b", "b", "a"]
    sure, unsure = (rle.decode(parse(text, 3, 5, order)) for _, text in rows[:2])
    assert np.array_equal(sure, SURE > 0)
    assert np.array_equal(unsure, (UNSURE > 0) & ~sure)
    assert not rows[2][1]
    if order == "rows":
        assert rows[0][1] == "1 2 6 2"


def test_two_pictures_of_one_id_are_refused(tmp_path: Path) -> None:
    images = [{**image, "file_name": f"{image['id']}/same.png"} for image in IMAGES]
    with pytest.raises(InvalidInput, match="1 ids are those of several pictures, as same"):
        submit(Predicted(images, RESULTS), tmp_path / "out", {"layout": "kaggle"})


def sealed(store: DirectoryStore, place: str = "p") -> Artifact:
    """Predictions as the stage seals them."""
    files = {"images/00000.json": IMAGES, "shards/00000.json": RESULTS}
    entries = {}
    for name, content in files.items():
        data = json.dumps(content).encode()
        store.write(f"predictions/{place}-0123456789ab/{name}", data)
        entries[name] = FileEntry(key=name, size=len(data), sha256=digest(data))
    manifest = Manifest(
        kind="predictions",
        record="coco/1",
        name=place,
        id="0123456789ab",
        stage="predict",
        categories=TABLE,
        config={},
        inputs={},
        files=entries,
        figures={},
    )
    return seal(store, manifest)


def test_sealed_predictions_and_the_document_of_a_folder_of_masks_give_the_same(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    export(sealed(directory_store), tmp_path / "sealed", {"layout": "kaggle"})
    masks = tmp_path / "masks"
    masks.mkdir()
    (masks / "instances.json").write_text(json.dumps({"images": IMAGES, "annotations": RESULTS, "categories": []}))
    document = document_of(str(masks))
    assert document
    submit(of_document(document), tmp_path / "folder", {"layout": "kaggle"})
    assert (tmp_path / "sealed/submission.csv").read_bytes() == (tmp_path / "folder/submission.csv").read_bytes()


def test_a_layout_of_datasets_is_none_of_predictions(tmp_path: Path, directory_store: DirectoryStore) -> None:
    told = r"--layout coco: predictions of kind 'coco/1' have no such \(there are: submission-json, kaggle\)"
    with pytest.raises(InvalidInput, match=told):
        export(sealed(directory_store), tmp_path / "out", {"layout": "coco"})
