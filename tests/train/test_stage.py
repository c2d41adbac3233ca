"""The whole stage: what it seals, how it goes on after kill -9, how two trainers agree, and what it refuses."""

import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import torch
from kills.broken import End, lives
from shapes import KIND

from maskline.contract.artifact import Artifact
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.config import merge
from maskline.contract.errors import (
    CategoryMismatch,
    Corrupt,
    EmptySplit,
    InvalidInput,
    NotFound,
    NotSealed,
    StoreUnavailable,
)
from maskline.contract.kind.training import TrainingConfig
from maskline.contract.shard import Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.networks.checkpoint import load_segmenter
from maskline.train import stage
from maskline.train.config import configure
from maskline.train.inputs import TrainInputs, open_weights
from maskline.train.job import CHECKPOINT, Job
from maskline.train.learn.finite import require_finite
from maskline.train.processes.faults import Diverged
from maskline.train.stage import run

Configure = Callable[..., TrainingConfig]
SealDataset = Callable[..., Artifact]
Draw = Callable[[int], Sample]


def log(artifact: Artifact, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in artifact.read("log.jsonl").decode().splitlines()]
    return [line for line in lines if line["event"] == event]


def course(artifact: Artifact) -> list[tuple[int, list[int], float]]:
    """What each step saw and how it went."""
    return [(line["step"], line["images"], line["loss"]) for line in log(artifact, "step")]


def executor_input(folder: Path, dataset: Artifact, config: TrainingConfig) -> str:
    """What KFP would hand to the stage."""
    parameters = {
        "dataset_uri": dataset.uri,
        "train_preset": "demo",
        "steps": 0,
        "starting_weights": "",
        "seed": 7,
        "overrides": json.dumps({"train": config.model_dump(mode="json")}),
    }
    outputs = {
        "parameters": {"checkpoint_uri": {"outputFile": str(folder / "checkpoint_uri")}},
        "artifacts": {
            name: {
                "artifacts": [
                    {"name": name, "uri": f"s3://x/{name}", "custom_path": str(folder / name), "metadata": {}}
                ]
            }
            for name in ("model", "metrics", "learning")
        },
        "outputFile": str(folder / "executor_output.json"),
    }
    return json.dumps({"inputs": {"parameterValues": parameters}, "outputs": outputs})


def command(arguments: str) -> list[str]:
    return [sys.executable, "-m", "maskline.train", "run", arguments]


def test_a_checkpoint_holds_what_predict_needs_and_says_how_it_was_made(
    checkpoint: Artifact, dataset: Artifact, tiny: Configure
) -> None:
    files = {"model.safetensors", "model.yaml", "training.json", "log.jsonl", "tensorboard/events.out.tfevents"}
    assert set(checkpoint.manifest.files) == files
    assert checkpoint.manifest.inputs == {"dataset": dataset.uri}
    assert checkpoint.manifest.record == "coco/1"
    assert load_segmenter(checkpoint).spec.categories == dataset.manifest.categories
    summary = json.loads(checkpoint.read("training.json"))
    assert summary["dataset"] == dataset.uri
    assert summary["config"] == tiny().model_dump(mode="json")
    assert summary["figures"] == checkpoint.manifest.figures
    assert [step for step, _, _ in course(checkpoint)] == [1, 2, 3, 4, 5, 6]
    assert {image for _, images, _ in course(checkpoint)[:4] for image in images} == set(range(1, 9))
    assert log(checkpoint, "validation")[0]["pictures"] == 2
    assert not checkpoint.store.list(f"work/{checkpoint.manifest.id}")


def test_a_sealed_checkpoint_is_found_without_torch(checkpoint: Artifact, dataset: Artifact, tmp_path: Path) -> None:
    config = json.dumps(checkpoint.manifest.config)
    code = f"""
import sys
from maskline.contract.store import open_store
from maskline.contract.kind.training import training_of
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run
config = training_of("coco/1").training_config.model_validate_json({config!r})
print(run(config, TrainInputs({dataset.uri!r}), open_store({checkpoint.store.uri!r})).uri)
sys.exit("torch" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert found.stdout.splitlines()[-1] == checkpoint.uri


def test_two_processes_train_one_network_and_see_each_picture_once(
    dataset: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    config = tiny(steps=2, processes=2, batch_images=4)
    artifact = run(config, TrainInputs(dataset.uri), DirectoryStore(tmp_path / "store"))
    assert json.loads(artifact.read("training.json"))["processes"] == 2
    assert sorted(image for _, images, _ in course(artifact) for image in images) == list(range(1, 9))
    assert log(artifact, "validation")[0]["pictures"] == 2


def test_the_reference_network_trains_through_the_same_stage(dataset: Artifact, tmp_path: Path) -> None:
    small = {"short_side_px": 64, "long_side_px": 128, "batch_images": 2, "validation_images": 1}
    config = configure(KIND, "pointrend-r50", 1, 0, small)
    artifact = run(config, TrainInputs(dataset.uri), DirectoryStore(tmp_path / "store"))
    assert artifact.manifest.name == "pointrend-r50"
    spec = load_segmenter(artifact).spec
    assert (spec.architecture, spec.channels, spec.short_side_px) == ("pointrend-r50", 3, 64)


def test_what_is_left_to_the_data_travels_with_the_weights(dataset: Artifact, tiny: Configure, tmp_path: Path) -> None:
    fields: dict[str, Any] = {"architecture": "cascade-mask-rcnn-narrow", "anchors_of_data": True}
    config = tiny(steps=2, **fields, losses={"balance": "sqrt", "dice": 1, "boxes": "diou"})
    artifact = run(config, TrainInputs(dataset.uri), DirectoryStore(tmp_path / "store"))
    told = json.loads(artifact.read("training.json"))["config"]
    assert artifact.manifest.config["anchors_of_data"]
    assert not told["anchors_of_data"]
    spec = load_segmenter(artifact).spec
    assert list(spec.anchor_sizes_px) == told["anchor_sizes_px"]
    assert len(spec.anchor_sizes_px) == len(spec.anchor_ratios) == 3
    assert set(told["losses"]["class_weights"]) == {category.name for category in spec.categories.categories}
    assert {"loss_dice_stage0", "loss_box_reg_stage2"} < set(log(artifact, "step")[0])


def test_a_training_that_is_killed_and_stopped_at_any_moment_ends_as_if_unbroken(
    dataset: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    """Weights are compared bit by bit.  The two trainings differ in how often state is kept, and in nothing else."""
    steps, inputs, more = 20, TrainInputs(dataset.uri), {"ema": 0.9, "accumulate": 2}
    unbroken = run(tiny(steps, **more), inputs, DirectoryStore(tmp_path / "unbroken"))
    config, store = tiny(steps, **more, checkpoint_period_s=0), DirectoryStore(tmp_path / "store")
    environment = os.environ | {"MASKLINE_STORE": store.uri}
    moment = random.Random()
    ends = [
        End(moment.uniform(0, 0.3), moment.randint(1, 3)),
        End(0, 1, signal.SIGTERM, group=False),
        End(moment.uniform(0, 3)),  # while it starts
        End(0, 1, signal.SIGTERM),
        None,
    ]
    killed, stopped, starting, stopped_together, finished = story = list(
        lives(command(executor_input(tmp_path, dataset, config)), environment, ends)
    )
    assert [life.code for life in story] == [-signal.SIGKILL, 1, -signal.SIGKILL, 1, 0], [life.said for life in story]
    assert killed.last - 1 <= stopped.resumed_from <= killed.last + 1
    for life, after in ((stopped, stopped_together), (stopped_together, finished)):
        (told,) = [line for line in life.said.splitlines() if line.startswith("error: ")]
        at = f"error: training was asked to stop (SIGTERM) at step {after.resumed_from} of {steps}: "
        assert told == f"{at}state kept, the same call goes on from there"
        assert "Traceback" not in life.said
    assert starting.last == 0 or starting.last >= stopped.last

    artifact = run(config, inputs, store)
    assert (tmp_path / "checkpoint_uri").read_text("utf-8") == artifact.uri
    told_of = json.loads((tmp_path / "executor_output.json").read_text("utf-8"))["artifacts"]
    (model,) = told_of["model"]["artifacts"]
    assert (model["uri"], model["metadata"]["uri"]) == ("s3://x/model", artifact.uri)
    pointer = json.loads((tmp_path / "model").read_text("utf-8"))
    assert (pointer["kind"], pointer["uri"]) == ("checkpoint", artifact.uri)
    page = (tmp_path / "learning").read_text("utf-8")
    assert 'aria-label="loss over training steps' in page
    assert len(page) < 1_000_000
    assert told_of["metrics"]["artifacts"][0]["metadata"]["loss"] == artifact.manifest.figures["loss"]
    assert course(artifact) == course(unbroken)
    assert artifact.read("model.safetensors") == unbroken.read("model.safetensors")
    assert not store.list("work")


def test_two_trainers_on_one_id_leave_one_checkpoint(dataset: Artifact, tiny: Configure, tmp_path: Path) -> None:
    config, found = tiny(steps=3, checkpoint_period_s=0), []

    def trainer() -> None:
        found.append(run(config, TrainInputs(dataset.uri), DirectoryStore(tmp_path / "store")))

    threads = [threading.Thread(target=trainer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0].uri == found[1].uri
    assert found[0].manifest == found[1].manifest
    for name in found[0].manifest.files:
        assert found[0].read(name) == found[1].read(name)
    assert not DirectoryStore(tmp_path / "store").list("work")


def test_a_loss_that_is_no_number_ends_the_training_and_seals_nothing(
    dataset: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    store = DirectoryStore(tmp_path / "store")
    config = tiny(learning_rate=1e30, gradient_clip=0, checkpoint_period_s=0)
    with pytest.raises(Diverged, match=r"diverged by step \d of 6: .*; is learning_rate = 1e\+30 too high") as fault:
        run(config, TrainInputs(dataset.uri), store)
    assert not store.list("checkpoints")
    found = re.search(r"by step (\d) .* ids (\d), (\d)\. .* The state of step (\d) is kept$", str(fault.value))
    assert found, fault.value
    step, *image_ids, kept = (int(number) for number in found.groups())
    assert {*image_ids} < {*range(1, 9)}
    assert kept < step
    (path,) = [path for path in store.list("work") if path.endswith(f"{kept:08d}.pt")]
    require_finite(torch.load(io.BytesIO(store.read(path)), weights_only=True))


def test_training_can_start_from_a_checkpoint(
    checkpoint: Artifact, dataset: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    """With a vanishing learning rate the weights stay where they start (running statistics of normalisation do not)."""
    inputs = TrainInputs(dataset.uri, checkpoint.uri)
    artifact = run(tiny(steps=1, learning_rate=1e-30), inputs, DirectoryStore(tmp_path / "store"))
    assert artifact.manifest.inputs == {"dataset": dataset.uri, "starting_weights": checkpoint.uri}
    started = log(artifact, "starting_weights")[0]
    assert started["matched"] == started["of"]
    first, second = (weights_of(a) for a in (checkpoint, artifact))
    kept = [name for name in first if "running" not in name and "num_" not in name]
    assert all(torch.allclose(first[name], second[name], rtol=0, atol=1e-20) for name in kept)


def weights_of(artifact: Artifact) -> dict[str, torch.Tensor]:
    return load_segmenter(artifact).state_dict()


def test_starting_weights_in_a_file_count_by_content(dataset: Artifact, tiny: Configure, tmp_path: Path) -> None:
    spec = KIND.spec(tiny(), dataset.manifest.categories)
    sources = []
    for name, content in [("a.pth", b"weights"), ("b.pth", b"weights"), ("c.pth", b"others")]:
        (tmp_path / name).write_bytes(content)
        found = open_weights(str(tmp_path / name), KIND, spec, dataset.uri)
        assert found is not None
        sources.append(found.source)
    assert sources[0] == sources[1] != sources[2]
    assert sources[0].startswith("sha256:")


@pytest.mark.parametrize(
    ("splits", "told"),
    [
        (["val"], r"nothing in split 'train' \(splits: val\)"),
        (["train"], r"nothing in split 'val' \(splits: train\)"),
        ([], r"nothing in split 'train' \(splits: none\)"),
    ],
)
def test_a_dataset_without_a_split_that_is_needed_is_refused(
    splits: list[str], told: str, tiny: Configure, seal_dataset: SealDataset, draw: Draw, tmp_path: Path
) -> None:
    store = DirectoryStore(tmp_path / "store")
    artifact = seal_dataset(store, {split: [[draw(0)]] for split in splits})
    with pytest.raises(EmptySplit, match=told):
        run(tiny(), TrainInputs(artifact.uri), store)


def test_a_split_whose_shards_hold_no_picture_is_refused(
    tiny: Configure, seal_dataset: SealDataset, draw: Draw, tmp_path: Path
) -> None:
    store = DirectoryStore(tmp_path / "store")
    artifact = seal_dataset(store, {"train": [[]], "val": [[draw(0)]]})
    with pytest.raises(EmptySplit, match="split 'train', but no picture"):
        run(tiny(), TrainInputs(artifact.uri), store)


def test_a_training_that_ends_after_another_was_sealed_changes_none_of_its_files(
    checkpoint: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    manifest, before = checkpoint.manifest, {name: checkpoint.read(name) for name in checkpoint.manifest.files}
    dataset = manifest.inputs["dataset"]
    late = Job(
        record="coco/1", config=tiny(), categories=manifest.categories, dataset=dataset, id=manifest.id, attempt="late",
        store=checkpoint.store.uri, folder=tmp_path, gpus=0,
    )  # fmt: skip
    for name in CHECKPOINT:
        other = before[name] + b" "
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(other)
    assert stage._sealed(late, manifest.inputs, checkpoint.store).manifest == manifest
    assert {name: checkpoint.read(name) for name in manifest.files} == before


def test_a_truncated_shard_is_named_and_nothing_is_sealed(
    tiny: Configure, seal_dataset: SealDataset, draw: Draw, tmp_path: Path
) -> None:
    store = DirectoryStore(tmp_path / "store")
    artifact = seal_dataset(store, {"train": [[draw(0)]], "val": [[draw(1)]]})
    path = f"{artifact.manifest.prefix}/{artifact.manifest.files['shards/train-00000.tar'].key}"
    store.write(path, store.read(path)[:-512])
    with pytest.raises(Corrupt, match=r"shards/train-00000/\w+\.tar has \d+ bytes"):
        run(tiny(), TrainInputs(artifact.uri), store)
    assert not store.list("checkpoints")
    assert not store.list("work")


def test_missing_and_unfinished_datasets_are_told_apart(tiny: Configure, tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    uri = f"{store.uri}/datasets/shapes-0123456789ab"
    with pytest.raises(NotFound, match="shapes-0123456789ab does not exist"):
        run(tiny(), TrainInputs(uri), store)
    store.write("datasets/shapes-0123456789ab/shards/train-00000.tar", b"")
    with pytest.raises(NotSealed):
        run(tiny(), TrainInputs(uri), store)


def test_starting_weights_of_other_categories_are_refused_naming_both(
    checkpoint: Artifact, tiny: Configure, seal_dataset: SealDataset, draw: Draw, tmp_path: Path
) -> None:
    store = DirectoryStore(tmp_path / "store")
    other = CategoryTable(domain="shapes", policy="1", categories=(Category(id=1, name="blob", colour="#00aa00"),))
    dataset = seal_dataset(store, {"train": [[draw(0)]], "val": [[draw(1)]]}, other)
    with pytest.raises(CategoryMismatch) as fault:
        run(tiny(), TrainInputs(dataset.uri, checkpoint.uri), store)
    assert checkpoint.uri in str(fault.value)
    assert dataset.uri in str(fault.value)


def test_starting_weights_of_another_network_are_refused(
    checkpoint: Artifact, dataset: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="have channels = 1, not 3"):
        run(tiny(channels=3), TrainInputs(dataset.uri, checkpoint.uri), DirectoryStore(tmp_path / "store"))


@pytest.mark.parametrize("name", ["nowhere.pth", "nowhere.pkl"])
def test_starting_weights_that_are_not_there_are_named(
    name: str, dataset: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    with pytest.raises(NotFound, match=name):
        run(tiny(), TrainInputs(dataset.uri, str(tmp_path / name)), DirectoryStore(tmp_path / "store"))


def test_a_full_local_disk_is_told(
    dataset: Artifact, tiny: Configure, tmp_path: Path, disk_full_after: Callable[[int], AbstractContextManager[None]]
) -> None:
    with disk_full_after(1000), pytest.raises(StoreUnavailable, match="cannot use its local folder") as fault:
        run(tiny(), TrainInputs(dataset.uri), DirectoryStore(tmp_path / "store"))
    assert re.search(rf"folder /\S+: writing pictures of {dataset.uri} failed, .* MB are free there", str(fault.value))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"train_preset": "dmeo"},
            "error: train preset 'dmeo' does not exist in maskline.pictures (there are: cells-002, ",
        ),
        ({"steps": "many"}, "error: train preset 'demo': steps = 'many': Input should be a valid integer"),
        ({"overrides": '{"trian": {}}'}, "error: overrides: 'trian' is no stage"),
        ({"overrides": '{"train": {"lr": 1}}'}, "error: train preset 'demo': unknown field 'lr'"),
        ({"dataset_uri": "somewhere"}, "error: 'somewhere' is no artifact"),
    ],
)
def test_a_call_that_is_at_fault_ends_with_one_line(
    change: dict[str, str], told: str, dataset: Artifact, tiny: Configure, tmp_path: Path
) -> None:
    call = merge(
        json.loads(executor_input(tmp_path, dataset, tiny())),
        {"inputs": {"parameterValues": {"overrides": ""} | change}},
    )
    environment = os.environ | {"MASKLINE_STORE": str(tmp_path / "store")}
    ended = subprocess.run(command(json.dumps(call)), capture_output=True, env=environment, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith(told)
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "store").exists()
