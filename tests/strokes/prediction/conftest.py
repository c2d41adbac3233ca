"""A sealed checkpoint with random weights."""

from typing import Any

import pytest
import torch

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.store.directory import DirectoryStore
from maskline.strokes.networks import weights
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.sketch import RECORD
from maskline.strokes.spec import StrokeSpec

ID = "0123456789ab"


@pytest.fixture
def checkpoint(tmp_path_factory: pytest.TempPathFactory, spec: StrokeSpec) -> Artifact:
    torch.manual_seed(0)
    store = DirectoryStore(tmp_path_factory.mktemp("shelf"))
    prefix = place("checkpoint", "tiny", ID)
    contents = {"model.safetensors": weights.to_bytes(SketchNetwork(spec)), "model.yaml": spec.to_yaml().encode()}
    files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    empty: dict[str, Any] = {"config": {}, "inputs": {}, "figures": {}}
    own: dict[str, Any] = {
        "record": RECORD,
        "name": "tiny",
        "id": ID,
        "stage": "test",
        "categories": spec.categories,
        "files": files,
    }
    return seal(store, Manifest(kind="checkpoint", **own, **empty))
