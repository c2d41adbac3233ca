"""A sealed checkpoint with random weights, and a folder for pictures."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
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


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """A narrow network that finds five instances at most."""
    torch.manual_seed(0)
    spec = ModelSpec(
        architecture="narrow", channels=1, categories=TABLE, short_side_px=0, long_side_px=96, detections_per_image=5
    )
    store = DirectoryStore(tmp_path_factory.mktemp("shelf"))
    contents = {"model.yaml": spec.to_yaml().encode(), "model.safetensors": weights.to_bytes(build(spec))}
    prefix = place("checkpoint", "tiny", "1" * 12)
    manifest = Manifest(
        kind="checkpoint",
        record="coco/1",
        name="tiny",
        id="1" * 12,
        stage="test",
        categories=TABLE,
        config={},
        inputs={},
        files={name: write_file(store, prefix, name, data) for name, data in contents.items()},
        figures={},
    )
    return seal(store, manifest)


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
    """Return a function that draws the picture of a number: a few dark blocks on white, (SIDE, SIDE)."""

    def drawn(seed: int) -> NDArray[np.uint8]:
        rng = np.random.default_rng(seed)
        found = np.full((SIDE, SIDE), 255, dtype=np.uint8)
        for x, y in rng.integers(0, SIDE - 20, (3, 2)):
            found[y : y + 12, x : x + 18] = 0
        return found

    return drawn
