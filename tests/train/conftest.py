"""A dataset of small pictures with plain shapes, and a training of them that takes seconds."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import Artifact, Manifest, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample, annotation_id, image_id, pack, shard_name
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.train.config import TrainConfig, configure

SIDE = 64  # pixels
SHAPES = CategoryTable(
    domain="shapes",
    policy="1",
    categories=(Category(id=1, name="block", colour="#aa0000"), Category(id=2, name="bar", colour="#0000aa")),
)
TINY = {
    "processes": 1,
    "batch_images": 2,
    "precision": "float32",
    "log_period_steps": 1,
    "validation_period_steps": 1000,
    "validation_images": 2,
    "checkpoint_period_s": 1000,
}


def shapes(index: int) -> Sample:
    """Draw a block and a bar, dark on white, at places that depend on the index."""
    rng = np.random.default_rng(index)
    picture = np.full((SIDE, SIDE), 255, dtype=np.uint8)
    annotations = []
    for number, (category, height, width) in enumerate([(1, 20, 20), (2, 6, 40)]):
        x, y = (int(v) for v in rng.integers(0, [SIDE - width, SIDE // 2 - height]))
        y += number * SIDE // 2  # one above the other, so that they never touch
        picture[y : y + height, x : x + width] = 40
        mask = rle.encode_crop(np.ones((height, width), dtype=bool), x, y, SIDE, SIDE)
        annotations.append(
            {
                "id": annotation_id(index, number),
                "image_id": image_id(index),
                "category_id": category,
                "bbox": rle.bbox(mask),
                "area": rle.area(mask),
                "iscrowd": 0,
                "segmentation": mask,
            }
        )
    image = {"id": image_id(index), "file_name": f"{index:06d}.png", "width": SIDE, "height": SIDE, "group": str(index)}
    return Sample(f"{index:06d}", {"png": encode_png(picture)}, image, annotations)


def seal_dataset(
    store: Store, splits: Mapping[str, Sequence[Sequence[Sample]]], id: str = "0123456789ab", table: CategoryTable = SHAPES
) -> Artifact:
    """Seal a dataset.  splits: name -> shards, each a list of samples."""
    files = {}
    for split, shards in splits.items():
        for number, samples in enumerate(shards):
            name = shard_name(split, number)
            for suffix, data in zip((".json", ".tar"), pack(samples, table), strict=True):
                files[name + suffix] = write_file(store, f"datasets/shapes-{id}", name + suffix, data)
    manifest: dict[str, Any] = {"kind": "dataset", "record": "coco/1", "name": "shapes", "id": id, "stage": "render"}
    return seal(store, Manifest(**manifest, categories=table, config={}, inputs={}, files=files, figures={}))


@pytest.fixture
def dataset(tmp_path: Path) -> Artifact:
    """Eight pictures to train on in two shards, four to validate."""
    train = [[shapes(index) for index in range(start, start + 4)] for start in (0, 4)]
    return seal_dataset(DirectoryStore(tmp_path / "data"), {"train": train, "val": [[shapes(i) for i in range(8, 12)]]})


@pytest.fixture
def tiny() -> Callable[..., TrainConfig]:
    """Configure a training of a few steps; keywords are fields of TrainConfig."""
    return lambda steps=2, **fields: configure("demo", steps, 7, TINY | fields)
