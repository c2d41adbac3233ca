"""The train stage keeps its promises for volumes: what is killed ends as if unbroken, alone or with others."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kills.broken import End, lives

from maskline.contract.artifact import Artifact, Manifest, seal, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import TrainingConfig, training_of
from maskline.contract.shard import pack, shard_name
from maskline.contract.store.directory import DirectoryStore
from maskline.train.config import configure
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run
from maskline.volumes.bricks.cutting import Volume, samples_of
from maskline.volumes.networks.weights import load_network
from maskline.volumes.voxels import InMemory

TINY = {
    "channels": [4, 8],
    "feature_channels": 8,
    "patch_voxels": 12,
    "batch_images": 2,
    "log_period_steps": 1,
    "validation_images": 2,
    "checkpoint_period_s": 1000,
}


@pytest.fixture
def dataset(tmp_path: Path, table: CategoryTable) -> Artifact:
    """Four volumes of two balls to train on, two to validate on."""
    store, files = DirectoryStore(tmp_path / "data"), {}
    for split, names in (("train", "abcd"), ("val", "ef")):
        samples = [sample for name in names for sample in samples_of(volume(name), ord(name))]
        for suffix, data in zip((".json", ".tar"), pack(samples, table), strict=True):
            name = shard_name(split, 0) + suffix
            files[name] = write_file(store, "datasets/balls-0123456789ab", name, data)
    told: dict[str, Any] = {"kind": "dataset", "record": "volume/1", "name": "balls", "id": "0123456789ab"}
    told |= {"stage": "render", "config": {}, "inputs": {}, "figures": {}}
    return seal(store, Manifest(**told, categories=table, files=files))


def volume(name: str) -> Volume:
    rng = np.random.default_rng(ord(name))
    labels = np.zeros((14, 16, 18), np.uint32)
    z, y, x = np.ogrid[:14, :16, :18]
    for number, (low, high) in enumerate(((4, 7), (11, 14)), 1):
        centre = rng.integers((4, 4, low), (10, 12, high))
        labels[(z - centre[0]) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2 <= 9] = number
    raw = (labels > 0) + rng.normal(0, 0.1, labels.shape)
    return Volume(name, InMemory(raw.astype(np.float32)), InMemory(labels))


def tiny(steps: int, **more: object) -> TrainingConfig:
    return configure(training_of("volume/1"), "tomograms-small", steps, 7, TINY | more)


def command(folder: Path, dataset: Artifact, config: TrainingConfig) -> list[str]:
    overrides = json.dumps({"train": config.model_dump(mode="json")})
    values = {"dataset_uri": dataset.uri, "train_preset": "tomograms-small", "steps": 0, "starting_weights": ""}
    outputs = {"parameters": {"checkpoint_uri": {"outputFile": str(folder / "checkpoint_uri")}}}
    call = {"inputs": {"parameterValues": values | {"seed": 7, "overrides": overrides}}, "outputs": outputs}
    return [sys.executable, "-m", "maskline.train", "run", json.dumps(call)]


def test_a_training_that_is_killed_ends_with_the_weights_of_an_unbroken_one(dataset: Artifact, tmp_path: Path) -> None:
    unbroken = run(tiny(8), TrainInputs(dataset.uri), DirectoryStore(tmp_path / "unbroken"))
    config, store = tiny(8, checkpoint_period_s=0), DirectoryStore(tmp_path / "store")
    environment = os.environ | {"MASKLINE_STORE": store.uri}

    killed, finished = lives(command(tmp_path, dataset, config), environment, [End(0, 3), None])

    assert killed.code == -signal.SIGKILL, killed.said
    assert finished.resumed_from >= 2
    assert finished.code == 0, finished.said
    resumed = run(config, TrainInputs(dataset.uri), store)
    assert resumed.read("model.safetensors") == unbroken.read("model.safetensors")
    assert resumed.manifest.figures["ap50"] == unbroken.manifest.figures["ap50"]


def test_two_processes_train_one_network_and_its_mean_is_what_is_sealed(dataset: Artifact, tmp_path: Path) -> None:
    config = tiny(2, processes=2, batch_images=4)
    found = {
        ema: run(config.model_copy(update={"ema": ema}), TrainInputs(dataset.uri), DirectoryStore(tmp_path / str(ema)))
        for ema in (0.0, 0.5)
    }

    lines = [json.loads(line) for line in found[0.5].read("log.jsonl").decode().splitlines()]
    steps = [line for line in lines if line["event"] == "step"]
    assert [len(set(line["images"])) for line in steps] == [4, 4]
    last, mean = (load_network(artifact).state_dict() for artifact in found.values())
    assert last.keys() == mean.keys()
    assert any(not last[name].equal(mean[name]) for name in last)


def test_cryosiams_preset_trains_through_the_same_stage(dataset: Artifact, tmp_path: Path) -> None:
    small = TINY | {"channels": [2, 2, 2, 2], "pyramid_channels": 8, "patch_voxels": 16}

    artifact = run(
        configure(training_of("volume/1"), "cryosiam", 1, 7, small),
        TrainInputs(dataset.uri),
        DirectoryStore(tmp_path / "store"),
    )

    assert (artifact.manifest.name, artifact.manifest.figures["steps"]) == ("cryosiam", 1)
    assert load_network(artifact).spec.architecture == "residual"
