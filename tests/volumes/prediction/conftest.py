"""A checkpoint with random weights, and datasets of volumes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.shard import Sample, pack, shard_name
from maskline.contract.store.directory import DirectoryStore
from maskline.volumes.bricks.cutting import Volume, samples_of
from maskline.volumes.networks import weights
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.spec import VolumeSpec

SealDataset = Callable[..., Artifact]
RECORD = "volume/1"
ID = "0123456789ab"


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "store")


def _sealed(kind: Any, spec: VolumeSpec, contents: Mapping[str, bytes], store: DirectoryStore, own: str) -> Artifact:
    prefix = place(kind, "tiny", own)
    files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    empty: dict[str, Any] = {"config": {}, "inputs": {}, "figures": {}, "stage": "test", "id": own, "record": RECORD}
    return seal(store, Manifest(kind=kind, name="tiny", categories=spec.categories, files=files, **empty))


@pytest.fixture
def checkpoint(store: DirectoryStore, spec: VolumeSpec) -> Artifact:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = VolumeNetwork(spec)
    contents = {"model.safetensors": weights.to_bytes(network), "model.yaml": spec.to_yaml().encode()}
    return _sealed("checkpoint", spec, contents, store, ID)


@pytest.fixture
def seal_dataset(store: DirectoryStore, spec: VolumeSpec) -> SealDataset:
    """Seal volumes as a dataset's split `val`, so many bricks to a shard."""

    def sealed(*volumes: Volume, bricks: int = 100) -> Artifact:
        samples: list[Sample] = []
        for volume in volumes:
            samples += samples_of(volume, len(samples))
        contents: dict[str, bytes] = {}
        for number, first in enumerate(range(0, len(samples), bricks)):
            name = shard_name("val", number)
            document, tar = pack(samples[first : first + bricks], spec.categories)
            contents |= {f"{name}.json": document, f"{name}.tar": tar}
        return _sealed("dataset", spec, contents, store, f"{bricks:012d}")

    return sealed
