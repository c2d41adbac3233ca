"""A dataset of small pictures with plain shapes, and a training on it that takes seconds."""

from collections.abc import Callable, Mapping, Sequence
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
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run

SIDE = 64  # pixels
SHAPES = CategoryTable(
    domain="shapes",
    policy="1",
    categories=(Category(id=1, name="block", colour="#aa0000"), Category(id=5, name="bar", colour="#0000aa")),
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
SealDataset = Callable[..., Artifact]
Configure = Callable[..., TrainConfig]


def shapes(index: int) -> Sample:
    """Draw a block above a bar, dark on white, at places that depend on the index."""
    rng = np.random.default_rng(index)
    picture = np.full((SIDE, SIDE), 255, dtype=np.uint8)
    annotations = []
    for number, (category, height, width) in enumerate([(1, 20, 20), (5, 6, 40)]):
        x, y = (int(v) for v in rng.integers(0, [SIDE - width, SIDE // 2 - height]))
        y += number * SIDE // 2
        picture[y : y + height, x : x + width] = 40
        mask = rle.encode_crop(np.ones((height, width), dtype=bool), x, y, SIDE, SIDE)
        ids = {"id": annotation_id(index, number), "image_id": image_id(index), "category_id": category}
        annotations.append({**ids, "bbox": rle.bbox(mask), "area": rle.area(mask), "iscrowd": 0, "segmentation": mask})
    image = {"id": image_id(index), "file_name": f"{index:06d}.png", "width": SIDE, "height": SIDE, "group": str(index)}
    return Sample(f"{index:06d}", {"png": encode_png(picture)}, image, annotations)


def seal_shapes(
    store: Store, splits: Mapping[str, Sequence[Sequence[Sample]]], table: CategoryTable = SHAPES
) -> Artifact:
    """Seal a dataset.  splits: name -> shards, each a list of samples."""
    files = {}
    for split, shards in splits.items():
        for number, samples in enumerate(shards):
            name = shard_name(split, number)
            for suffix, data in zip((".json", ".tar"), pack(samples, table), strict=True):
                files[name + suffix] = write_file(store, "datasets/shapes-0123456789ab", name + suffix, data)
    fields: dict[str, Any] = {"kind": "dataset", "record": "coco/1", "name": "shapes", "id": "0123456789ab"}
    fields |= {"stage": "render", "config": {}, "inputs": {}, "figures": {}}
    return seal(store, Manifest(**fields, categories=table, files=files))


@pytest.fixture(scope="session")
def draw() -> Callable[[int], Sample]:
    """Draw sample number i."""
    return shapes


@pytest.fixture(scope="session")
def table() -> CategoryTable:
    """The classes of the shapes; ids are not positions."""
    return SHAPES


@pytest.fixture(scope="session")
def seal_dataset() -> SealDataset:
    """Seal a dataset of given splits in a store."""
    return seal_shapes


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """Eight pictures to train on in two shards, four to validate on."""
    train = [[shapes(index) for index in range(start, start + 4)] for start in (0, 4)]
    val = [[shapes(index) for index in range(8, 12)]]
    return seal_shapes(DirectoryStore(tmp_path_factory.mktemp("data")), {"train": train, "val": val})


@pytest.fixture(scope="session")
def tiny() -> Configure:
    """Configure a training of a few steps; keywords are fields of TrainConfig."""
    return lambda steps=6, **fields: configure("demo", steps, 7, TINY | fields)


@pytest.fixture(scope="session")
def checkpoint(dataset: Artifact, tiny: Configure, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """What an unbroken tiny training makes."""
    return run(tiny(), TrainInputs(dataset.uri), DirectoryStore(tmp_path_factory.mktemp("checkpoint")))
