"""What a training tells of itself: its journal, the figures it came to, and TensorBoard's curves."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from maskline.contract.artifact import Artifact
from maskline.train.job import EVENTS
from maskline.train.tell.figures import summary
from maskline.train.tell.journal import Journal
from maskline.train.tell.tensorboard import events

STEPS: list[dict[str, Any]] = [
    {"step": 10, "loss": 3.0, "steps": 10, "seconds": 2.0, "waited_s": 0.5, "memory_mb": 700},
    {"step": 20, "loss": 2.0, "steps": 10, "seconds": 5.0, "waited_s": 0.0, "memory_mb": 900},
    {"step": 30, "loss": 1.0, "steps": 5, "seconds": 1.0, "waited_s": 0.3, "memory_mb": 800},  # after an interruption
]


@pytest.fixture
def journal() -> Journal:
    """A training of 30 steps, its clock a second further at each line."""
    ticks: Iterator[float] = iter(range(1_000, 2_000))
    journal = Journal(clock=lambda: next(ticks))
    journal.note("begin", {"steps": 30})
    journal.note("step", STEPS[0])
    journal.note("validation", {"step": 10, "mask_ap": 0.25, "pictures": 2, "seconds": 1.5})
    journal.note("step", STEPS[1])
    journal.note("resumed", {"step": 25, "of": 30})
    journal.note("step", STEPS[2])
    journal.note("validation", {"step": 30, "mask_ap": 0.5, "pictures": 2, "seconds": 0.5})
    return journal


def read(folder: Path) -> EventAccumulator:
    """Read a folder as TensorBoard does."""
    found = EventAccumulator(str(folder))
    found.Reload()
    return found


def test_a_journal_taken_up_from_its_text_is_the_same(journal: Journal) -> None:
    again = Journal(journal.text)
    assert (again.lines, again.text) == (journal.lines, journal.text)
    assert again.latest("validation")["mask_ap"] == 0.5
    assert again.latest("state_kept") == {}


def test_the_figures_are_of_the_whole_training_and_the_scores_its_last(journal: Journal) -> None:
    """25 of the 30 steps were timed: those that a kill has lost, and that were taken again, count once."""
    assert summary(journal.lines, batch_images=8) == {
        "steps": 30,
        "loss": 1.0,
        "mask_ap": 0.5,
        "images_per_s": 25.0,  # 25 steps of 8 in 8 s
        "data_wait": 0.1,
        "memory_mb": 900,
        "seconds": 10.0,
    }


def test_tensorboard_shows_every_figure_at_its_step_and_time(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "events.out.tfevents").write_bytes(events(journal.lines))
    found = read(tmp_path)
    assert found.Tags()["scalars"] == ["step/loss", "step/memory_mb", "validation/mask_ap"]
    curves = {
        tag: [(point.wall_time, point.step, point.value) for point in found.Scalars(tag)]
        for tag in ("step/loss", "validation/mask_ap")
    }
    assert curves == {
        "step/loss": [(1001, 10, 3.0), (1003, 20, 2.0), (1005, 30, 1.0)],
        "validation/mask_ap": [(1002, 10, 0.25), (1006, 30, 0.5)],
    }


def test_the_events_of_a_longer_journal_begin_with_those_of_the_shorter(journal: Journal) -> None:
    """So a file that is written anew while the training goes on looks to TensorBoard like one that has grown."""
    whole = events(journal.lines)
    for count in range(1, len(journal.lines)):
        assert whole.startswith(events(journal.lines[:count]))


def test_a_checkpoint_tells_curves_and_figures_and_not_whose_machine_it_was(
    checkpoint: Artifact, tmp_path: Path
) -> None:
    log = [json.loads(line) for line in checkpoint.read("log.jsonl").decode().splitlines()]
    (tmp_path / "events.out.tfevents").write_bytes(checkpoint.read(EVENTS))
    found = read(tmp_path)
    losses = [line["loss"] for line in log if line["event"] == "step"]
    assert [point.value for point in found.Scalars("step/loss")] == pytest.approx(losses)
    assert {"step/loss_mask", "step/rate", "step/data_wait", "validation/mask_ap50"} <= set(found.Tags()["scalars"])
    figures = checkpoint.manifest.figures
    assert figures["steps"] == 6
    assert figures["loss"] == losses[-1]
    assert 0 <= figures["data_wait"] <= 1
    assert 100 < figures["memory_mb"] < 10_000
    assert 0 < 12 / figures["images_per_s"] <= figures["seconds"]
    assert socket.gethostname().encode() not in checkpoint.read(EVENTS)
