"""The pictures both sides train on: molecules as the reference implementation draws them, 1024 px long."""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rdkit import rdBase

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import training_of
from maskline.contract.shard import Sample
from maskline.molecules.categories import TABLE
from maskline.molecules.entry import domain
from maskline.pictures.exchange.exporting.polygons import polygons
from maskline.train import job as names
from maskline.train.read.staged import write

LONG_SIDE_PX = 1024
NEARLY_SQUARE = 0.9
SEED = 5
XYWH_ABS = 1
"""detectron2's BoxMode of COCO boxes."""


def draw(count: int, folder: Path) -> str:
    """Draw pictures and leave them in `folder`, staged and as `leave` does, with masks in both of COCO's formats.

    They are nearly square, so that it does not matter which of them either side puts into one batch.
    Returns one line that says what was drawn.
    """
    style = {"long_side_px": [LONG_SIDE_PX, LONG_SIDE_PX]}
    with rdBase.BlockLogs():
        renderer = domain.open(domain.drawing("seed", {"styles": {"seed": style}}))
        drawn = (renderer.draw(i, "train", np.random.default_rng([SEED, i])) for i in itertools.count())
        samples = list(itertools.islice(filter(_nearly_square, drawn), count))
    write(folder / names.TRAIN, samples, training_of("coco/1"))
    leave(samples, TABLE, folder, ("rle", "polygons"))
    megapixels = np.mean([sample.image["height"] * sample.image["width"] for sample in samples]) / 1e6
    instances = np.mean([len(sample.annotations) for sample in samples])
    return (
        f"{count} pictures of {LONG_SIDE_PX} px, {megapixels:.2f} megapixels and {instances:.1f} instances on average"
    )


def _nearly_square(sample: Sample) -> bool:
    sides = sample.image["width"], sample.image["height"]
    return bool(min(sides) >= NEARLY_SQUARE * max(sides))


def leave(samples: Sequence[Sample], table: CategoryTable, folder: Path, forms: Sequence[str]) -> None:
    """Write the pictures, and detectron2's records of them, `<form>.json`.  forms: of masks, rle or polygons."""
    for sample in samples:
        (folder / f"{sample.stem}.png").write_bytes(sample.members["png"])
    for form in forms:
        (folder / f"{form}.json").write_text(json.dumps([_record(sample, table, form, folder) for sample in samples]))


def _record(sample: Sample, table: CategoryTable, form: str, folder: Path) -> dict[str, object]:
    classes = {category.id: number for number, category in enumerate(table.categories)}
    return {
        "file_name": str(folder / f"{sample.stem}.png"),
        "image_id": sample.image["id"],
        "height": sample.image["height"],
        "width": sample.image["width"],
        "annotations": [
            {
                "bbox": label["bbox"],
                "bbox_mode": XYWH_ABS,
                "category_id": classes[label["category_id"]],
                "iscrowd": 0,
                "segmentation": label["segmentation"] if form == "rle" else polygons(label["segmentation"]),
            }
            for label in sample.annotations
        ],
    }
