"""A training on a device that is not the CPU, by the code that runs on a GPU.  `oracle/elsewhere.py` is the device."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import elsewhere
import pytest
import torch
from shapes import KIND
from torch import Tensor
from torch import distributed as dist

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import Item, TrainingConfig
from maskline.contract.shard import Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.networks import targets
from maskline.pictures.networks.heads import parts
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.items import training_image
from maskline.train import job as names
from maskline.train.job import Job
from maskline.train.keep import resume
from maskline.train.learn.precision import arithmetic
from maskline.train.learn.trainer import Trainer
from maskline.train.loop import train
from maskline.train.processes.group import ProcessGroup, backends, join
from maskline.train.processes.launch import NAMES
from maskline.train.processes.stopping import Stop
from maskline.train.read.batches import moved_to
from maskline.train.read.staged import write

Configure = Callable[..., TrainingConfig]


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[torch.device]:
    monkeypatch.setitem(parts.REGIONS_AT_ONCE, elsewhere.NAME, parts.REGIONS_AT_ONCE["cuda"])
    monkeypatch.setitem(targets.SAMPLES_AT_ONCE, elsewhere.NAME, targets.SAMPLES_AT_ONCE["cuda"])
    with elsewhere.present() as device:
        yield device


@pytest.fixture
def job(tiny: Configure, table: CategoryTable, draw: Callable[[int], Sample], tmp_path: Path) -> Callable[..., Job]:
    """Make a job whose pictures are there; keywords are fields of the config."""

    def make(workers: int = 0, **fields: Any) -> Job:
        (tmp_path / names.DATA).mkdir(exist_ok=True)
        write(tmp_path / names.TRAIN, [draw(index) for index in range(4)], KIND)
        write(tmp_path / names.VAL, [draw(8)], KIND)
        told: dict[str, Any] = {"dataset": "", "id": "0123456789ab", "attempt": "a", "gpus": 1, "folder": tmp_path}
        store = DirectoryStore(tmp_path / "store").uri
        return Job(record="coco/1", config=tiny(**fields), categories=table, store=store, workers=workers, **told)

    return make


def test_the_device_refuses_what_a_gpu_refuses(device: torch.device) -> None:
    there, here = torch.ones(2, 3).to(device), torch.ones(3)
    assert (there.device, there.cpu().device) == (device, torch.device("cpu"))
    mixtures: list[Callable[[], Tensor]] = [
        lambda: there + here,
        lambda: torch.cat([there[0], here]),
        lambda: torch.stack([there.sum(), here.sum()]),
    ]
    for mixture in mixtures:
        with pytest.raises(RuntimeError, match="same device"):
            mixture()
    assert (there * here.sum()).sum().item() == 18
    assert there[torch.tensor([1])].shape == (1, 3)
    with pytest.raises(RuntimeError):
        there.numpy()


def plain(trainer: Trainer, sample: Sample) -> Item:
    """A sample as the network sees it unvaried."""
    return training_image(sample, cast("ModelSpec", trainer.spec)).item()


def test_the_first_steps_are_those_of_the_cpu(
    device: torch.device, job: Callable[..., Job], draw: Callable[[int], Sample]
) -> None:
    courses = []
    for where in (torch.device("cpu"), device):
        trainer = Trainer(job(batch_images=2), ProcessGroup(0, 1, 1, where))
        batch = [moved_to(plain(trainer, draw(index)), where) for index in range(2)]
        courses.append([sum(loss.item() for loss in trainer.descend(batch).values()) for _ in range(2)])
    assert courses[0][0] == pytest.approx(courses[1][0], rel=1e-5)
    assert courses[0][1] == pytest.approx(courses[1][1], rel=0.05)  # rounding changes which regions are drawn


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let memory be pinned, as CUDA does it: into a copy.  Returns the numbers of bytes that were."""
    told: list[int] = []

    def pin_memory(tensor: Tensor) -> Tensor:
        assert tensor.device.type == "cpu"
        told.append(tensor.nbytes)
        return tensor.clone()

    monkeypatch.setattr(Tensor, "pin_memory", pin_memory)
    return told


def test_a_whole_training_prepares_in_processes_pins_scales_averages_keeps_a_state_and_goes_on_from_it(
    device: torch.device, job: Callable[..., Job], pinned: list[int], tmp_path: Path
) -> None:
    fields = {"steps": 2, "precision": "float16", "ema": 0.9, "accumulate": 2, "checkpoint_period_s": 0}
    task = job(workers=1, validation_images=1, validation_period_steps=2, **fields)
    store = DirectoryStore(tmp_path / "store")
    train(task, ProcessGroup(0, 1, 1, device), Stop())
    told = json.loads((tmp_path / names.SUMMARY).read_bytes())
    assert (told["device"], told["precision"], told["step"]) == (elsewhere.NAME, "float16", 2)
    assert told["figures"]["gpu_memory_mb"] == 5
    assert "memory_mb" not in told["figures"]
    assert len(pinned) == 2 * 2 * 6  # steps, pictures, tensors of a picture
    whole = (tmp_path / names.WEIGHTS).read_bytes()

    state = resume.fetch(store, task.id)  # of step 1: after the last a checkpoint is sealed instead
    assert state
    (tmp_path / names.RESUME).write_bytes(state)
    (tmp_path / names.WEIGHTS).unlink()
    train(task, ProcessGroup(0, 1, 1, device), Stop())
    assert (tmp_path / names.WEIGHTS).read_bytes() == whole


@pytest.mark.parametrize(("supported", "found"), [(1, torch.bfloat16), (0, torch.float16)])
def test_a_gpu_computes_in_bfloat16_where_it_can_and_else_in_float16(
    supported: int, found: torch.dtype, device: torch.device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.get_device_module(device), "bfloat16", bool(supported))
    assert arithmetic("auto", device) is found
    assert arithmetic("float32", device) is torch.float32


def test_a_process_takes_the_gpu_of_its_number(device: torch.device, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(NAMES, (5, 8, 1, 4), strict=True):
        monkeypatch.setenv(name, str(value))
    met: list[str] = []
    monkeypatch.setattr(dist, "init_process_group", met.append)
    monkeypatch.setitem(dist.Backend.default_device_backend_map, elsewhere.NAME, "fabric")
    assert join(4, elsewhere.NAME) == ProcessGroup(5, 8, 4, torch.device(elsewhere.NAME, 1))
    assert torch.get_device_module(device).current_device() == 1
    assert join(0).device == torch.device("cpu")
    assert met == ["cpu:gloo,elsewhere:fabric", "gloo"]
    assert backends(torch.device("cuda", 0)) == "cpu:gloo,cuda:nccl"
