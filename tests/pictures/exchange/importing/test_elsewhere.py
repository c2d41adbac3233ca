"""Importing what other tools write: their names of pictures, their layouts, their numbers."""

import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from maskline.contract.coco import rle
from maskline.contract.errors import NotFound
from maskline.contract.picture import decode, encode_png
from maskline.contract.shard import Dataset
from maskline.contract.store.directory import DirectoryStore
from tests.pictures.exchange.conftest import picture

if TYPE_CHECKING:
    from tests.pictures.exchange.conftest import Theirs


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder.parent, folder.name))


@pytest.mark.parametrize(
    "written",
    [
        "./a.png",
        "images/a.png",
        "images//a.png",
        ".\\images\\a.png",
        "../images/a.png",
        "..\\images\\a.png",
        "C:\\data set\\theirs\\images\\a.png",
        "d:/theirs/images/a.png",
        "\\\\server\\share\\images\\a.png",
        "images%2Fa.png",
        "%61.png",
        "/data/local-files/?d=images/a.png",
        "{root}/images/a.png",
        "images%5Ca.png",
        "/{root}/images/a.png",
        "{root}//images/../images/./a.png",
        "file://{root}/images/a.png",
    ],
)
@pytest.mark.parametrize("kind", ["folder", "zip", "json"])
def test_a_name_means_the_picture_within_the_source_however_it_is_written(
    theirs: "Theirs", directory_store: DirectoryStore, written: str, kind: str
) -> None:
    if kind == "zip" and "{root}" in written:
        return  # what is in a zip has no place on this machine
    known = theirs.imported(directory_store)
    shutil.rmtree(theirs.folder)
    theirs.coco["images"][0]["file_name"] = written.format(root=theirs.folder)
    name = "annotations/instances_val.json"
    folder = theirs.write(name)
    source = {"folder": folder, "zip": zipped(folder) if kind == "zip" else None, "json": folder / name}[kind]
    found = theirs.imported(directory_store, source)  # type: ignore[arg-type]
    first, second = (next(Dataset(each).samples("shards/val-00000")) for each in (known, found))
    assert second.members == first.members
    assert second.annotations == first.annotations
    assert second.image["file_name"] in ("a.png", "images/a.png")  # the folder of pictures is no part of a name


def test_a_name_that_is_there_as_it_is_written_means_that_file(
    theirs: "Theirs", directory_store: DirectoryStore
) -> None:
    theirs.coco["images"][0]["file_name"] = "%41.png"
    theirs.pictures |= {"%41.png": picture(3), "A.png": picture(4)}
    dataset = Dataset(theirs.imported(directory_store))
    first = next(dataset.samples("shards/val-00000"))
    assert first.members["png"] == picture(3)


def test_two_names_of_one_file_are_told(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    theirs.coco["images"][1]["file_name"] = "./a.png"
    with pytest.raises(Exception, match=r"image 9 \(\./a\.png\): image 7 \(a\.png\) is the same file"):
        theirs.imported(directory_store)


@pytest.mark.parametrize(
    ("documents", "splits"),
    [
        ({"train/_annotations.coco.json": "train", "valid/_annotations.coco.json": "valid"}, ["train", "val"]),
        ({"Train/labels.json": "Train/data", "TEST/labels.json": "TEST/data"}, ["test", "train"]),
        ({"Annotations/instances_Train.json": "images/Train"}, ["train"]),
        ({"annotations/train.json": "train", "annotations/val.json": "val"}, ["train", "val"]),
        ({"annotations/instances_Validation.json": "Images"}, ["val"]),
    ],
)
@pytest.mark.parametrize("zip_it", [False, True])
def test_folders_and_names_say_the_splits(
    theirs: "Theirs",
    directory_store: DirectoryStore,
    documents: dict[str, str],
    splits: list[str],
    zip_it: bool,  # noqa: FBT001
) -> None:
    for document, images in documents.items():
        theirs.write(document, images if images != "Images" else "images")
    (theirs.folder / "README.dataset.txt").write_text("made elsewhere")
    source = zipped(theirs.folder) if zip_it else theirs.folder
    assert Dataset(theirs.imported(directory_store, source, split="")).splits == splits


@pytest.mark.parametrize("name", ["result.json", "Result.JSON", "project-1-at-2030.json", "export/coco.json"])
@pytest.mark.parametrize("zip_it", [False, True])
def test_label_studios_export_and_a_lone_document_are_found(
    theirs: "Theirs",
    directory_store: DirectoryStore,
    name: str,
    zip_it: bool,  # noqa: FBT001
) -> None:
    for image, prefix in zip(theirs.coco["images"], ("1f2e3d4c-", "5b6a7988-"), strict=True):
        own = image["file_name"]
        image["file_name"] = f"images/{prefix}{own}"
        theirs.pictures[f"{prefix}{own}"] = theirs.pictures.pop(own)
    folder = theirs.write(name)
    (folder / "notes").mkdir()
    (folder / "notes/readme.txt").write_text("{}")
    truth = Dataset(theirs.imported(directory_store, zipped(folder) if zip_it else folder)).truth("val")
    assert [image["file_name"].rpartition("/")[2] for image in truth["images"]] == ["1f2e3d4c-a.png", "5b6a7988-b.png"]


def test_of_several_documents_that_nothing_tells_apart_one_must_be_named(
    theirs: "Theirs", directory_store: DirectoryStore
) -> None:
    theirs.write("one.json")
    theirs.write("two.json")
    with pytest.raises(NotFound, match=r"theirs holds no COCO document: .*: name one of one\.json, two\.json$"):
        theirs.imported(directory_store, theirs.folder)


def test_whole_numbers_may_be_written_with_a_point(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    known = Dataset(theirs.imported(directory_store)).truth("val")
    fields = ("id", "image_id", "category_id", "width", "height", "iscrowd")
    theirs.coco = {
        section: [one | {field: float(one[field]) for field in fields if field in one} for one in records]
        for section, records in theirs.coco.items()
    }
    mask = rle.decode(theirs.coco["annotations"][0]["segmentation"]).T.ravel()
    runs = np.diff(np.flatnonzero(np.diff(mask, prepend=False)), prepend=0, append=mask.size)
    theirs.coco["annotations"][0]["segmentation"] = {"size": [40.0, 60.0], "counts": [float(run) for run in runs]}
    assert Dataset(theirs.imported(directory_store)).truth("val") == known


def test_ids_that_are_texts_mean_the_numbers_they_spell(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    known = Dataset(theirs.imported(directory_store)).truth("val")
    for annotation in theirs.coco["annotations"]:
        annotation |= {"image_id": str(annotation["image_id"]), "category_id": str(annotation["category_id"])}
    assert Dataset(theirs.imported(directory_store)).truth("val") == known


def test_the_pages_of_a_file_are_pictures_and_one_that_is_left_out_is_remarked(
    theirs: "Theirs", directory_store: DirectoryStore
) -> None:
    pages = [np.full((40, 60), shade, np.uint8) for shade in (10, 20, 30)]
    buffer = io.BytesIO()
    Image.fromarray(pages[0]).save(buffer, "TIFF", save_all=True, append_images=[Image.fromarray(p) for p in pages[1:]])
    theirs.pictures = {"scan.tif": buffer.getvalue()}
    for image, name in zip(theirs.coco["images"], ("scan.tif", "scan.tif.page-3"), strict=True):
        image["file_name"] = name
    artifact = theirs.imported(directory_store)
    samples = list(Dataset(artifact).samples("shards/val-00000"))
    assert [int(decode(sample.members["png"])[0, 0]) for sample in samples] == [10, 30]
    assert [sample.image["file_name"] for sample in samples] == ["scan.png", "scan.tif.page-3.png"]
    (remark,) = artifact.manifest.figures["remarks"]["listed"]
    assert remark.endswith("there are 3 pages in the file: this is the first, <its name>.page-2 would be the next")


def test_values_that_were_scaled_are_remarked(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.arange(2400, dtype=np.uint16).reshape(40, 60)).save(buffer, "PNG")
    theirs.pictures["a.png"] = buffer.getvalue()
    (remark,) = theirs.imported(directory_store).manifest.figures["remarks"]["listed"]
    assert remark.endswith("image 7 (a.png): its values, 0 to 2399, were scaled to 0 to 255")


def test_what_predict_leaves_of_a_page_can_be_imported(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    """The name that `maskline predict` gives a page is one that import knows, wherever the pictures are."""
    document: dict[str, Any] = json.loads((theirs.write() / "instances.json").read_text())
    buffer = io.BytesIO()
    first, second = Image.new("L", (60, 40), 9), Image.new("L", (60, 40), 99)
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    pictures = theirs.folder.parent / "scans"
    pictures.mkdir()
    (pictures / "x.tif").write_bytes(buffer.getvalue())
    document["images"] = [document["images"][0] | {"file_name": "x.tif.page-2"}]
    document["annotations"] = [one for one in document["annotations"] if one["image_id"] == 7]
    (theirs.folder / "instances.json").write_text(json.dumps(document))
    artifact = theirs.imported(directory_store, theirs.folder, images=str(pictures))
    (sample,) = Dataset(artifact).samples("shards/val-00000")
    assert sample.members["png"] == encode_png(np.full((40, 60), 99, np.uint8))
