"""The layouts: which files a dataset becomes, and what is in them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from maskline.contract.errors import Corrupt
from maskline.contract.shard import Dataset, Sample

Shape = Callable[[Mapping[str, Any]], Any]
"""From an annotation to its `segmentation` as it is written."""


def write_coco(dataset: Dataset, folder: Path, shape: Shape) -> None:
    """Write annotations/instances_<split>.json, one COCO document a split, and its pictures in <split>/."""
    for split in dataset.splits:
        truth: dict[str, Any] = {
            "info": {"description": dataset.artifact.uri},
            "licenses": [],
            "images": [],
            "annotations": [],
            "categories": dataset.artifact.manifest.categories.coco(),
        }
        for shard in dataset.shards(split):
            for sample in dataset.samples(shard):
                write_picture(sample, folder / split)
                truth["images"].append(sample.image)
                truth["annotations"] += [one | {"segmentation": shape(one)} for one in sample.annotations]
        _write(folder / "annotations" / f"instances_{split}.json", truth)


def write_seed(dataset: Dataset, folder: Path, shape: Shape) -> None:
    """Write images/, a document with the same name for each of them in labels/, and classes.json, as the seed did.

    Boxes are [left, top, right, bottom], classes count from 0 in classes.json, and there is no crowd: such regions are
    left out. A picture's split is its field `split`, which the seed did not have.
    """
    table = dataset.artifact.manifest.categories
    place = {category.id: number for number, category in enumerate(table.categories)}
    _write(folder / "classes.json", list(table.names))
    for split in dataset.splits:
        for shard in dataset.shards(split):
            for sample in dataset.samples(shard):
                write_picture(sample, folder / "images")
                labels = [
                    {
                        "bbox": _corners(one["bbox"]),
                        "category_id": place[one["category_id"]],
                        "segmentation": shape(one),
                    }
                    for one in sample.annotations
                    if not one["iscrowd"]
                ]
                image = sample.image
                own = {"image_id": image["id"], "split": split, "annotations": labels}
                known = {field: image[field] for field in ("file_name", "width", "height")}
                _write(folder / "labels" / f"{sample.stem}.json", known | own)


def _corners(bbox: list[int]) -> list[int]:
    x, y, width, height = bbox
    return [x, y, x + width, y + height]


def write_picture(sample: Sample, folder: Path) -> None:
    """Write a sample's picture under its own name.  Raises Corrupt for a name that leads out of the folder."""
    name = sample.image["file_name"]
    if PurePosixPath(name).is_absolute() or ".." in name.split("/"):
        raise Corrupt(f"the dataset names a picture outside its folder: {name}")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sample.members[name.rpartition(".")[2]])


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")
