"""A sealed checkpoint with random weights, tomograms, and a configuration in CryoSiam's form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from scipy.ndimage import gaussian_filter

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.store.directory import DirectoryStore
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.networks import weights
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.voxels import InMemory, Shape

SHAPE: Shape = (24, 20, 40)
Configure = Callable[..., Path]


@pytest.fixture
def checkpoint(tmp_path: Path, spec: VolumeSpec) -> Artifact:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    store = DirectoryStore(tmp_path / "store")
    prefix = place("checkpoint", "tiny", "0123456789ab")
    contents = {"model.safetensors": weights.to_bytes(VolumeNetwork(spec)), "model.yaml": spec.to_yaml().encode()}
    files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
    own: dict[str, Any] = {"record": "volume/1", "name": "tiny", "id": "0123456789ab", "stage": "test", "files": files}
    empty: dict[str, Any] = {"config": {}, "inputs": {}, "figures": {}}
    return seal(store, Manifest(kind="checkpoint", categories=spec.categories, **own, **empty))


@pytest.fixture
def configure(tmp_path: Path, checkpoint: Artifact) -> Configure:
    """Write a configuration, with some keys of its own, `a__b` for b below a; and two tomograms beside it."""
    for number, name in enumerate(("TS_01", "TS_02")):
        noise = gaussian_filter(np.random.default_rng(number).random(SHAPE), 2)
        values = ((noise - noise.min()) / np.ptp(noise)).astype(np.float32)
        write_volume(tmp_path / f"denoised/{name}.mrc", Opened(InMemory(values), (10.0, 10.0, 10.0)))

    def written(**changed: Any) -> Path:
        content: dict[str, Any] = {
            "data_folder": str(tmp_path / "denoised"),
            "mask_folder": "",
            "prediction_folder": str(tmp_path / "instance"),
            "trained_model": checkpoint.uri,
            "file_extension": ".mrc",
            "test_files": None,
            "save_raw_predictions": False,
            "parameters": {
                "gpu_devices": 0,
                "data": {"patch_size": [16, 16, 16], "min": 0, "max": 1, "mean": 0, "std": 1},
                "network": {
                    "in_channels": 1,
                    "spatial_dims": 3,
                    "threshold_foreground": 0.445,
                    "boundary_bias": 0.8,
                    "min_center_distance": 1,
                    "max_center_distance": 4,
                    "distance_type": 2,
                    "postprocessing": False,
                },
            },
            "hyper_parameters": {"batch_size": 3},
        }
        for name, value in changed.items():
            *above, key = name.split("__")
            section = content
            for one in above:
                section = section.setdefault(one, {})
            section[key] = value
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(content), "utf-8")
        return path

    return written
