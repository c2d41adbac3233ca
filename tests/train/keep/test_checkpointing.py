"""Keeping states beside a training: what the store does meanwhile delays a state, and never loses the one before."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from maskline.contract.kind.training import TrainingConfig
from maskline.contract.store.directory import DirectoryStore
from maskline.train.job import EVENTS, Job
from maskline.train.keep import checkpointing as product
from maskline.train.keep import resume
from maskline.train.keep.checkpointing import Checkpointer
from maskline.train.learn.finite import require_finite
from maskline.train.tell.journal import Journal
from maskline.train.tell.tensorboard import events

ID = "0123456789ab"


class Steps:
    """A training that only counts, with a state of a size."""

    def __init__(self, size: int = 100) -> None:
        self.step, self.journal, self._size = 0, Journal(), size
        self.journal.note("begin", {})

    def state(self) -> bytes:
        return b"%d" % self.step * self._size


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def checkpointer_in(
    tiny: Callable[..., TrainingConfig], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Checkpointer]:
    """Make the checkpointer of a training in a store; what failed is tried again at once."""
    monkeypatch.setattr(product, "AGAIN_S", 0.0)

    def make(store: str, steps: Steps, period_s: float = 0) -> Checkpointer:
        config = tiny(checkpoint_period_s=period_s)
        return Checkpointer(Job.model_construct(config=config, store=store, id=ID, attempt="a"), steps)  # type: ignore[arg-type]

    return make


def test_with_a_period_of_0_a_state_is_kept_after_every_step_and_no_step_waits_for_the_next(
    checkpointer_in: Callable[..., Checkpointer], steps: Steps, tmp_path: Path
) -> None:
    store = DirectoryStore(tmp_path / "store")
    checkpointer = checkpointer_in(store.uri, steps)
    for _ in range(3):
        steps.step += 1
        checkpointer.keep_when_due()
        assert resume.fetch(store, ID) == steps.state()
    assert [line["step"] for line in steps.journal.lines if line["event"] == "state_kept"] == [1, 2, 3]


def test_a_training_goes_on_while_the_store_is_away_and_keeps_a_state_when_it_is_back(
    checkpointer_in: Callable[..., Checkpointer], steps: Steps, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    folder.write_text("in the way")
    checkpointer = checkpointer_in(folder.as_uri(), steps)
    for _ in range(3):
        steps.step += 1
        checkpointer.keep_when_due()
    told = capsys.readouterr().out
    assert "train.state_not_kept step=1 " in told
    assert "cannot be written: Not a directory" in told
    folder.unlink()
    checkpointer.keep_when_due()
    assert resume.fetch(DirectoryStore(folder), ID) == steps.state()


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-key")
        yield "s3://bucket/x"


def test_a_store_that_never_answers_holds_up_neither_a_training_nor_its_end(
    checkpointer_in: Callable[..., Checkpointer], steps: Steps, silent_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product, "WAIT_S", 0.1)
    checkpointer = checkpointer_in(silent_server, steps)
    for _ in range(3):
        steps.step += 1
        checkpointer.keep_when_due()
    said = checkpointer.keep_last(within_s=0.2)
    assert said == "its state could not be kept in 0 s, so the same call goes on from the beginning"


def test_whoever_stops_a_training_is_told_where_it_goes_on(
    checkpointer_in: Callable[..., Checkpointer], steps: Steps, tmp_path: Path
) -> None:
    store = DirectoryStore(tmp_path / "store")
    checkpointer = checkpointer_in(store.uri, steps, period_s=1000)
    steps.step = 5
    checkpointer.keep_when_due()
    assert resume.fetch(store, ID) is None
    assert checkpointer.keep_last(within_s=20) == "state kept, the same call goes on from there"
    assert resume.kept_step(store, ID) == 5
    steps.step = 6
    (store.root / "work").rename(tmp_path / "away")
    (store.root / "work").write_text("in the way")
    assert checkpointer.keep_last(within_s=20).endswith("so the same call goes on from the last one, of step 5")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_store_whose_disk_is_full_keeps_the_older_state_whole_and_the_next_when_there_is_room(
    checkpointer_in: Callable[..., Checkpointer], small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps, store = Steps(size=24_000), DirectoryStore(small_disk / "store")
    checkpointer = checkpointer_in(store.uri, steps)
    steps.step = 1
    checkpointer.keep_when_due()
    kept, ballast = steps.state(), small_disk / "ballast"
    ballast.write_bytes(bytes(20_000))
    steps.step = 2
    checkpointer.keep_when_due()
    told = capsys.readouterr().out
    assert "train.state_not_kept step=2 " in told
    assert f"{store.uri}/work/{ID}/resume/a-00000002.pt cannot be written: No space left on device (0.0 MB" in told
    assert resume.fetch(store, ID) == kept
    assert [path.name for path in store.root.rglob("*.pt")] == ["a-00000001.pt"]
    assert list(store.root.rglob(".writing-*")) == []
    ballast.unlink()
    checkpointer.keep_when_due()
    assert resume.fetch(store, ID) == steps.state()


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_state_that_is_no_number_anywhere_is_named(bad: float) -> None:
    state = {"network": {"w": torch.zeros(2)}, "optimizer": {"state": [{"step": 1, "mean": torch.tensor([0.0, 1.0])}]}}
    require_finite(state)
    state["optimizer"]["state"][0]["mean"][1] = bad  # type: ignore[index]
    with pytest.raises(FloatingPointError, match=r"optimizer\.state\.0\.mean holds what is no number"):
        require_finite(state)


def test_the_curves_in_the_store_grow_with_every_state(
    checkpointer_in: Callable[..., Checkpointer], steps: Steps, tmp_path: Path
) -> None:
    store, seen = DirectoryStore(tmp_path / "store"), [b""]
    checkpointer = checkpointer_in(store.uri, steps)
    for _ in range(3):
        steps.step += 1
        steps.journal.note("step", {"step": steps.step, "loss": 1 / steps.step})
        checkpointer.keep_when_due()
        seen.append(store.read(f"work/{ID}/{EVENTS}"))
        assert seen[-1] == events(steps.journal.lines)
        assert len(seen[-1]) > len(seen[-2])
        assert seen[-1].startswith(seen[-2])
