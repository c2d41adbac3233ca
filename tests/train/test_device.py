"""A training on a device that is not the CPU, by the code that runs on a GPU.  `oracle/elsewhere.py` is the device."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import elsewhere
import pytest
import torch
from elsewhere import Elsewhere
from torch import Tensor

from maskline.contract.artifact import Artifact
from maskline.contract.categories import CategoryTable
from maskline.contract.shard import Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.model import detectron, targets
from maskline.train import job as names
from maskline.train import resume
from maskline.train.config import TrainConfig
from maskline.train.data import moved_to, training_image
from maskline.train.job import Job
from maskline.train.loop import train
from maskline.train.place import Place, backends, join
from maskline.train.precision import arithmetic
from maskline.train.spool import fill
from maskline.train.stopping import Stop
from maskline.train.training import Training

Configure = Callable[..., TrainConfig]


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[torch.device]:
    monkeypatch.setitem(detectron.REGIONS_AT_ONCE, elsewhere.NAME, detectron.REGIONS_AT_ONCE["cuda"])
    monkeypatch.setitem(targets.SAMPLES_AT_ONCE, elsewhere.NAME, targets.SAMPLES_AT_ONCE["cuda"])
    with elsewhere.present() as device:
        yield device


@pytest.fixture
def job(tiny: Configure, table: CategoryTable, draw: Callable[[int], Sample], tmp_path: Path) -> Callable[..., Job]:
    """Make a job whose pictures are there; keywords are fields of TrainConfig."""

    def make(workers: int = 0, **fields: Any) -> Job:
        (tmp_path / names.DATA).mkdir(exist_ok=True)
        fill(tmp_path / names.TRAIN, [draw(index) for index in range(4)])
        fill(tmp_path / names.VAL, [draw(8)])
        told: dict[str, Any] = {"dataset": "", "id": "0123456789ab", "attempt": "a", "gpus": 1, "folder": tmp_path}
        store = DirectoryStore(tmp_path / "store").uri
        return Job(config=tiny(**fields), categories=table, store=store, workers=workers, **told)

    return make


def test_the_device_refuses_what_a_gpu_refuses(device: torch.device) -> None:
    there, here = torch.ones(2, 3).to(device), torch.ones(3)
    assert (there.device, there.cpu().device) == (device, torch.device("cpu"))
    for mixture in (lambda: there + here, lambda: torch.cat([there[0], here]), lambda: torch.stack([there.sum(), here.sum()])):
        with pytest.raises(RuntimeError, match="same device"):
            mixture()
    assert (there * here.sum()).sum().item() == 18
    assert there[torch.tensor([1])].shape == (1, 3)
    with pytest.raises(TypeError):
        there.numpy()


def test_the_first_steps_are_those_of_the_cpu(
    device: torch.device, job: Callable[..., Job], draw: Callable[[int], Sample]
) -> None:
    courses = []
    for where in (torch.device("cpu"), device):
        training = Training(job(batch_images=2), Place(0, 1, 1, where))
        batch = [moved_to(training_image(draw(index), training.spec), where) for index in range(2)]
        courses.append([sum(loss.item() for loss in training.descend(batch).values()) for _ in range(2)])
    assert courses[0][0] == pytest.approx(courses[1][0], rel=1e-5)
    assert courses[0][1] == pytest.approx(courses[1][1], rel=0.05)  # rounding changes which regions are drawn
