"""A sealed dataset and a sealed checkpoint with random weights, shared by all; predictions go to a store per test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.contract.artifact import FileEntry, Kind, Manifest, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample, image_id, pack, shard_name
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.networks import weights
from maskline.pictures.networks.segmenter import build
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.spec import ModelSpec

SIDE = 64  # pixels
TABLE = CategoryTable(
    domain="shapes",
    policy="1",
    categories=(Category(id=3, name="block", colour="#aa0000"), Category(id=4, name="bar", colour="#0000aa")),
)


def _drawn(seed: int) -> NDArray[np.uint8]:
    """Draw a few dark blocks on white, (SIDE, SIDE)."""
    rng = np.random.default_rng(seed)
    drawn = np.full((SIDE, SIDE), 255, dtype=np.uint8)
    for x, y in rng.integers(0, SIDE - 20, (3, 2)):
        drawn[y : y + 12, x : x + 18] = 0
    return drawn


def _sealed(store: DirectoryStore, kind: Kind, id: str, contents: dict[str, bytes], table: CategoryTable) -> str:  # noqa: A002
    """Seal files as an artifact and return its URI."""
    prefix = place(kind, "tiny", id)
    files: dict[str, FileEntry] = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    empty: dict[str, Any] = {"config": {}, "inputs": {}, "figures": {}}
    record: Any = "coco/1" if kind == "dataset" else ""
    manifest = Manifest(
        kind=kind, record=record, name="tiny", id=id, stage="test", categories=table, files=files, **empty
    )
    return seal(store, manifest).uri


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> DirectoryStore:
    """The store that holds what the tests predict from."""
    return DirectoryStore(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def dataset_uri(shelf: DirectoryStore) -> str:
    """Five pictures in two shards of split val."""
    contents = {}
    for number, indices in enumerate(([0, 1, 2], [3, 4])):
        samples = []
        for index in indices:
            image = {"id": image_id(index), "file_name": f"{index}.png", "width": SIDE, "height": SIDE, "group": "g"}
            samples.append(Sample(str(index), {"png": encode_png(_drawn(index))}, image, []))
        name = shard_name("val", number)
        contents[f"{name}.json"], contents[f"{name}.tar"] = pack(samples, TABLE)
    return _sealed(shelf, "dataset", "0" * 12, contents, TABLE)


def _checkpoint(shelf: DirectoryStore, id: str, table: CategoryTable) -> str:  # noqa: A002
    """Seal a narrow network with random weights and return its URI."""
    torch.manual_seed(0)
    spec = ModelSpec(
        architecture="narrow", channels=1, categories=table, short_side_px=0, long_side_px=96, detections_per_image=5
    )
    contents = {"model.yaml": spec.to_yaml().encode(), "model.safetensors": weights.to_bytes(build(spec))}
    return _sealed(shelf, "checkpoint", id, contents, table)


@pytest.fixture(scope="session")
def checkpoint_uri(shelf: DirectoryStore) -> str:
    """A checkpoint that predicts the dataset's classes."""
    return _checkpoint(shelf, "1" * 12, TABLE)


@pytest.fixture(scope="session")
def other_checkpoint_uri(shelf: DirectoryStore) -> str:
    """A checkpoint that predicts other classes."""
    renamed = tuple(category.model_copy(update={"name": f"{category.name}s"}) for category in TABLE.categories)
    return _checkpoint(shelf, "2" * 12, TABLE.model_copy(update={"categories": renamed}))


@pytest.fixture
def config() -> PicturePrediction:
    """Keep whatever the untrained network finds."""
    return PicturePrediction(score_threshold=0.0, overlay_threshold=0.0, batch_size=2, threads=1, max_detections=5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for pictures."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    return pictures


@pytest.fixture
def picture() -> Callable[[int], NDArray[np.uint8]]:
    """Return a function that draws the picture of a number."""
    return _drawn


Outputs = dict[str, Any]


@pytest.fixture
def call(tmp_path: Path) -> Callable[..., tuple[str, Callable[[], Outputs]]]:
    """Return a function that writes an executor input and another that reads the outputs."""

    def prepare(outputs: list[str], **parameters: Any) -> tuple[str, Callable[[], Outputs]]:
        files = {name: tmp_path / "outputs" / name for name in outputs}
        shown = {name: tmp_path / "artifacts" / name for name in ("summary", "gallery")}
        executor_input = {
            "inputs": {"parameterValues": parameters},
            "outputs": {
                "parameters": {name: {"outputFile": str(path)} for name, path in files.items()},
                "artifacts": {
                    name: {"artifacts": [{"name": name, "uri": f"s3://elsewhere/{name}", "custom_path": str(path)}]}
                    for name, path in shown.items()
                },
                "outputFile": str(tmp_path / "executor_output.json"),
            },
        }
        return json.dumps(executor_input), lambda: {name: path.read_text("utf-8") for name, path in files.items()}

    return prepare
