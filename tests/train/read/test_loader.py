"""Batches come in their order, the same whoever prepares them, and nobody who does outlives the training."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from processes import is_running, require_gone
from shapes import KIND

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import TrainingConfig
from maskline.contract.shard import Dataset
from maskline.train.processes.group import ProcessGroup
from maskline.train.read.batches import Batch, Batches
from maskline.train.read.cache import Cache
from maskline.train.read.loader import prepared
from maskline.train.read.staged import StagedSplit, fetch

EVERYTHING = {
    "turns": ["flip-x", "rotate"],
    "scale": [0.7, 1.4],
    "crop_share": 0.5,
    "crop_px": 40,
    "thickness_share": 0.5,
    "affine_share": 0.5,
    "elastic_share": 0.5,
    "paste_share": 0.5,
    "brightness": 30,
    "contrast": [0.7, 1.3],
    "blur_px": 1.5,
    "noise": 10,
}
TRAINING = """
import sys, time
from multiprocessing import active_children
from pathlib import Path
import torch
from maskline.contract.artifact import open_sealed
from maskline.train.read.batches import Batches
from maskline.train.read.cache import Cache
from maskline.contract.kind.training import training_of
from maskline.train.config import configure
from maskline.train.read.loader import prepared
from maskline.train.processes.group import ProcessGroup
from maskline.train.read.staged import StagedSplit
path, uri = Path(sys.argv[1]), sys.argv[2]
kind = training_of("coco/1")
config = configure(kind, "demo", 1000, 7, {"processes": 1, "batch_images": 2})
learner = kind.learner(kind.spec(config, open_sealed(uri, "dataset").manifest.categories), config)
group = ProcessGroup(0, 1, 1, torch.device("cpu"))
batches = prepared(Batches(Cache(StagedSplit(path), path.with_suffix(".cache"), learner), config, learner, group), 0, 2)
next(batches)
print(*[worker.pid for worker in active_children()], flush=True)
time.sleep(60)
"""


@pytest.fixture
def batches(dataset: Artifact, tiny: Callable[..., TrainingConfig], tmp_path: Path) -> Callable[..., Batches]:
    """Make the batches of one process; keywords: bytes for the cache, and fields of the config."""

    def make(group: ProcessGroup | None = None, most: int | None = None, **fields: object) -> Batches:
        config = tiny(augmentation=EVERYTHING, **fields)
        learner = KIND.learner(KIND.spec(config, dataset.manifest.categories), config)
        fetch(Dataset(dataset), "train", tmp_path / "split", KIND)
        cache = Cache(StagedSplit(tmp_path / "split"), tmp_path / f"cache-{most}", learner, most)
        return Batches(cache, config, learner, group or ProcessGroup(0, 1, 1, torch.device("cpu")))

    return make


def content(batch: Batch) -> list[object]:
    parts = [(name, part) for item in batch.items for name, part in sorted(item.items())]
    return [batch.image_ids, [(name, tuple(part.shape), part.numpy().tobytes()) for name, part in parts]]


def test_a_step_shows_the_same_whoever_prepares_it_and_kept_or_not(batches: Callable[..., Batches]) -> None:
    alone = [content(batches()[step]) for step in range(6)]
    assert len({str(step) for step in alone}) == 6
    for workers in (0, 1, 2):
        assert [content(batch) for batch in prepared(batches(), 0, workers)] == alone
    assert [content(batch) for batch in prepared(batches(most=0), 0, 0)] == alone
    assert [content(batch) for batch in prepared(batches(), 4, 2)] == alone[4:]


def test_processes_share_a_batch_out(batches: Callable[..., Batches]) -> None:
    whole = batches()[3]
    for rank in (0, 1):
        part = batches(ProcessGroup(rank, 2, 2, torch.device("cpu")))[3]
        assert content(part) == content(Batch(whole.image_ids, whole.items[rank::2]))


@pytest.mark.timeout(300)  # where one fails to hand a batch over, the training waits for ever
def test_batches_arrive_from_processes_whose_folder_for_temporary_files_lies_deep(
    batches: Callable[..., Batches], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("deep" * 30)  # no socket's path has room for it
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert [content(batch) for batch in prepared(batches(), 4, 1)] == [content(batches()[step]) for step in (4, 5)]
    assert not list(deep.iterdir())


@pytest.mark.parametrize("workers", [0, 1])
def test_a_picture_that_cannot_be_read_is_named_in_one_line(
    workers: int, batches: Callable[..., Batches], tmp_path: Path
) -> None:
    broken = batches()
    data = (tmp_path / "split").read_bytes()
    (tmp_path / "split").write_bytes(data.replace(b"IDAT", b"IDOT"))
    with pytest.raises(InvalidInput) as fault:
        list(prepared(broken, 0, workers))
    assert str(fault.value).startswith("picture 00000")
    assert "\n" not in str(fault.value)


def test_what_the_network_draws_does_not_depend_on_who_prepares(batches: Callable[..., Batches]) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    next(prepared(batches(), 0, 1))
    assert torch.equal(torch.rand(3), expected)


def test_batches_of_many_pictures_do_not_run_out_of_open_files(batches: Callable[..., Batches]) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        large = prepared(batches(batch_images=48, steps=3), 0, 2)
        assert [len(batch.items) for batch in large] == [48] * 3
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_no_worker_outlives_a_training_that_is_killed(dataset: Artifact, tmp_path: Path) -> None:
    fetch(Dataset(dataset), "train", tmp_path / "split", KIND)
    command = [sys.executable, "-c", TRAINING, str(tmp_path / "split"), dataset.uri]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as training:
        assert training.stdout is not None
        workers = [int(pid) for pid in training.stdout.readline().split()]
        assert len(workers) == 2
        for pid in workers:
            os.kill(pid, signal.SIGTERM)  # whoever stops a pod may tell all its processes; the training ends them
        assert all(is_running(pid) for pid in workers)
        training.kill()
    require_gone(workers)
