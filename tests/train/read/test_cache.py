"""A picture is decoded once for all processes of a machine, as long as there is room; what comes back is the same."""

import errno
import os
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest
import torch
from shapes import KIND

from maskline.contract.artifact import Artifact
from maskline.contract.kind.training import Item, Learner, TrainingConfig
from maskline.contract.shard import Dataset
from maskline.train.read.cache import Cache
from maskline.train.read.staged import StagedSplit, fetch

COUNT = 8


@pytest.fixture
def split(dataset: Artifact, tmp_path: Path) -> StagedSplit:
    fetch(Dataset(dataset), "train", tmp_path / "split", KIND)
    return StagedSplit(tmp_path / "split")


@pytest.fixture
def learner(dataset: Artifact, tiny: Callable[..., TrainingConfig]) -> Learner:
    return KIND.learner(KIND.spec(tiny(), dataset.manifest.categories), tiny())


def require_same(one: Item, other: Item) -> None:
    assert one.keys() == other.keys()
    assert all(torch.equal(part, other[name]) for name, part in one.items())


def read_all(split: StagedSplit, path: Path, learner: Learner) -> None:
    cache = Cache(split, path, learner)
    for number in range(COUNT):
        require_same(cache[number], learner.item(split[number]))


def test_processes_that_ask_at_once_leave_one_record_of_each_sample(
    split: StagedSplit, learner: Learner, tmp_path: Path
) -> None:
    read_all(split, tmp_path / "alone", learner)
    fork = get_context("fork")
    readers = [fork.Process(target=read_all, args=(split, tmp_path / "shared", learner)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert [reader.exitcode for reader in readers] == [0] * 4
    assert (tmp_path / "shared").stat().st_size == (tmp_path / "alone").stat().st_size


def test_what_is_kept_is_not_decoded_again(split: StagedSplit, learner: Learner, tmp_path: Path) -> None:
    read_all(split, tmp_path / "cache", learner)
    os.truncate(tmp_path / "split", 0)
    assert Cache(split, tmp_path / "cache", learner)[3]["classes"].tolist() == [0, 1]


def test_what_has_no_room_is_the_same_and_takes_none(split: StagedSplit, learner: Learner, tmp_path: Path) -> None:
    cache = Cache(split, tmp_path / "cache", learner, most=10_000)
    for _ in range(2):
        for number in range(COUNT):
            require_same(cache[number], learner.item(split[number]))
    assert 0 < (tmp_path / "cache").stat().st_size <= 10_000


def test_a_full_disk_is_no_fault(
    split: StagedSplit, learner: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(split, tmp_path / "cache", learner)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        require_same(cache[0], learner.item(split[0]))
    require_same(cache[0], learner.item(split[0]))
