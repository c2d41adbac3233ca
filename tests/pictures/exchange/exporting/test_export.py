"""Exporting: what other tools read of it, and what comes back when it is imported."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
from pycocotools.coco import COCO

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.exchange.exporting.layouts import write_picture
from maskline.render.exporting.export import export

if TYPE_CHECKING:
    from tests.pictures.exchange.conftest import Theirs

Masks = Literal["rle", "polygons"]
MASKS: tuple[Masks, ...] = ("rle", "polygons")


@pytest.fixture
def dataset(theirs: "Theirs", directory_store: DirectoryStore) -> Artifact:
    """Two splits of two pictures each; in `val` the squares are crowd regions."""
    theirs.write("annotations/instances_train.json")
    for one in theirs.coco["annotations"]:
        one["iscrowd"] = int(one["category_id"] == 1)
    return theirs.imported(directory_store, theirs.write("annotations/instances_val.json"), split="")


def samples(artifact: Artifact) -> dict[str, list[Sample]]:
    dataset = Dataset(artifact)
    return {split: [s for shard in dataset.shards(split) for s in dataset.samples(shard)] for split in dataset.splits}


@pytest.mark.parametrize("masks", MASKS)
def test_imported_again_it_is_the_same_dataset(
    dataset: Artifact, theirs: "Theirs", directory_store: DirectoryStore, tmp_path: Path, masks: Masks
) -> None:
    """Polygons give every mask back to the pixel (IoU 1), so here they say as much as RLE."""
    export(dataset, tmp_path / "out", {"masks": masks})
    again = theirs.imported(directory_store, tmp_path / "out", split="")
    assert samples(again) == samples(dataset)
    assert again.manifest.categories == dataset.manifest.categories
    shards = [name for name in dataset.manifest.files if name.startswith("shards/")]
    assert [again.manifest.files[name].sha256 for name in shards] == [
        dataset.manifest.files[name].sha256 for name in shards
    ]


@pytest.mark.parametrize("masks", MASKS)
def test_pycocotools_reads_the_same_masks(dataset: Artifact, tmp_path: Path, masks: Masks) -> None:
    export(dataset, tmp_path / "out", {"masks": masks})
    for split, known in samples(dataset).items():
        coco = COCO(tmp_path / f"out/annotations/instances_{split}.json")
        for annotation in [one for sample in known for one in sample.annotations]:
            found = coco.anns[annotation["id"]]
            assert np.array_equal(coco.annToMask(found), rle.decode(annotation["segmentation"]))
            assert isinstance(found["segmentation"], list) == (masks == "polygons" and not annotation["iscrowd"])
        assert all((tmp_path / "out" / split / image["file_name"]).exists() for image in coco.imgs.values())


@pytest.mark.parametrize("masks", MASKS)
def test_detectron2_loads_it(dataset: Artifact, tmp_path: Path, masks: Masks) -> None:
    from detectron2.data.datasets.coco import load_coco_json

    export(dataset, tmp_path / "out", {"masks": masks})
    records = load_coco_json(str(tmp_path / "out/annotations/instances_train.json"), str(tmp_path / "out/train"))
    assert [len(record["annotations"]) for record in records] == [2, 1]
    assert all(Path(record["file_name"]).exists() for record in records)
    assert [one["category_id"] for record in records for one in record["annotations"]] == [1, 2, 2]


def test_the_seeds_layout_has_corners_and_classes_from_zero(dataset: Artifact, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(dataset, out, {"layout": "seed"})
    assert json.loads((out / "classes.json").read_text()) == ["square", "ring"]
    label: dict[str, Any] = json.loads((out / "labels/a.json").read_text())
    square, ring = label.pop("annotations")
    assert label == {"file_name": "a.png", "image_id": 1, "split": "train", "width": 60, "height": 40}
    assert (square["bbox"], square["category_id"]) == ([5, 5, 15, 15], 0)
    assert (ring["bbox"], ring["category_id"], len(ring["segmentation"])) == ([30, 10, 40, 20], 1, 2)
    assert len(list((out / "images").rglob("*.png"))) == len(list((out / "labels").rglob("*.json"))) == 4
    with pytest.raises(InvalidInput, match="--layout seed knows polygons only"):
        export(dataset, tmp_path / "other", {"layout": "seed", "masks": "rle"})


@pytest.mark.parametrize("name", ["/elsewhere/a.png", "../a.png", "b/../../a.png"])
def test_a_picture_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Corrupt, match="outside its folder"):
        write_picture(Sample("a", {"png": b""}, {"file_name": name}, []), tmp_path / "in")
    assert not list(tmp_path.rglob("*"))
