"""A picture is decoded once for all processes of a machine, as long as there is room; what comes back is the same."""

import errno
import os
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
import torch

from maskline.contract.artifact import Artifact
from maskline.contract.shard import Dataset
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.spec import ModelSpec
from maskline.train.cache import Cache
from maskline.train.config import TrainConfig
from maskline.train.data import decoded
from maskline.train.spool import Spool, fetch

COUNT = 8


@pytest.fixture
def spool(dataset: Artifact, tmp_path: Path) -> Spool:
    fetch(Dataset(dataset), "train", tmp_path / "spool")
    return Spool(tmp_path / "spool")


@pytest.fixture
def spec(dataset: Artifact, tiny: Callable[..., TrainConfig]) -> ModelSpec:
    return tiny().spec(dataset.manifest.categories)


def require_same(one: TrainingImage, other: TrainingImage) -> None:
    for part in ("pixels", "boxes", "classes"):
        assert torch.equal(getattr(one, part), getattr(other, part))
    assert torch.equal(one.masks.full(), other.masks.full())


def read_all(spool: Spool, path: Path, spec: ModelSpec) -> None:
    cache = Cache(spool, path, spec)
    for number in range(COUNT):
        require_same(cache[number], decoded(spool[number], spec))


def test_processes_that_ask_at_once_leave_one_record_of_each_sample(
    spool: Spool, spec: ModelSpec, tmp_path: Path
) -> None:
    read_all(spool, tmp_path / "alone", spec)
    fork = get_context("fork")
    readers = [fork.Process(target=read_all, args=(spool, tmp_path / "shared", spec)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert [reader.exitcode for reader in readers] == [0] * 4
    assert (tmp_path / "shared").stat().st_size == (tmp_path / "alone").stat().st_size


def test_what_is_kept_is_not_decoded_again(spool: Spool, spec: ModelSpec, tmp_path: Path) -> None:
    read_all(spool, tmp_path / "cache", spec)
    os.truncate(tmp_path / "spool", 0)
    assert Cache(spool, tmp_path / "cache", spec)[3].classes.tolist() == [0, 1]


def test_what_has_no_room_is_the_same_and_takes_none(spool: Spool, spec: ModelSpec, tmp_path: Path) -> None:
    cache = Cache(spool, tmp_path / "cache", spec, most=10_000)
    for _ in range(2):
        for number in range(COUNT):
            require_same(cache[number], decoded(spool[number], spec))
    assert 0 < (tmp_path / "cache").stat().st_size <= 10_000


def test_a_full_disk_is_no_fault(
    spool: Spool, spec: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(spool, tmp_path / "cache", spec)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        require_same(cache[0], decoded(spool[0], spec))
    require_same(cache[0], decoded(spool[0], spec))
