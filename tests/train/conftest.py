"""A dataset of small pictures with plain shapes, and a training on it that takes seconds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from shapes import KIND, SHAPES, shapes

from maskline.contract.artifact import Artifact, Manifest, seal, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import TrainingConfig
from maskline.contract.shard import Sample, pack, shard_name
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.train.config import configure
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run

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
Configure = Callable[..., TrainingConfig]


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
    """Configure a training of a few steps; keywords are fields of the config."""
    return lambda steps=6, **fields: configure(KIND, "demo", steps, 7, TINY | fields)


@pytest.fixture(scope="session")
def checkpoint(dataset: Artifact, tiny: Configure, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """What an unbroken tiny training makes."""
    return run(tiny(), TrainInputs(dataset.uri), DirectoryStore(tmp_path_factory.mktemp("checkpoint")))
