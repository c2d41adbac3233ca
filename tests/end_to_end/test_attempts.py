"""A real stage whose process is ended from outside, or fails: what may pass is tried again where it runs, once told."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.config import parse
from maskline.contract.runs.fault import StepFault, last_fault
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.server import seaweedfs
from maskline.render.config import RenderConfig
from maskline.render.stage import run as draw

RUN = "run-1"
STEPS = 6
TRAIN = {
    "processes": 1,
    "batch_images": 2,
    "log_period_steps": 1,
    "checkpoint_period_s": 0,  # a state after every step
    "validation_period_steps": 1000,
    "validation_images": 2,
}
Act = Callable[["Stage", str], None]


def nothing(_stage: "Stage", _line: str) -> None:
    """Let it be."""


@dataclass
class Stage:
    """One call of a stage as a container makes it, with what it said."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    @property
    def work(self) -> int:
        """The process that does the work."""
        (found,) = children(self.process.pid)
        return found

    def follow(self, act: Act) -> "Stage":
        """Read all it says to its end; `act` is called with each line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            act(self, self.lines[-1])
        self.process.wait()
        return self

    @property
    def code(self) -> int:
        return int(self.process.returncode)

    def said(self, event: str) -> list[str]:
        """What it said of an event, each line without its name."""
        return [line.removeprefix(f"{event} ") for line in self.lines if line.startswith(f"{event} ")]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def start(folder: Path, module: str, verb: str, given: dict[str, Any], retries: int, **environment: str) -> Stage:
    """Start a stage.  given: its parameters; every output and artifact that a stage may have goes below `folder`."""
    names = ("checkpoint_uri", "settled_seed", "settled_weights")
    artifacts = {
        name: {"artifacts": [{"name": name, "uri": f"minio://elsewhere/{name}", "custom_path": str(folder / name)}]}
        for name in ("model", "metrics", "learning")
    }
    call = {
        "inputs": {"parameterValues": {"run": RUN, "domain": "molecules"} | given},
        "outputs": {
            "parameters": {name: {"outputFile": str(folder / name)} for name in names},
            "artifacts": artifacts,
            "outputFile": str(folder / "executor_output.json"),
        },
    }
    told = {"MASKLINE_STEP": verb if verb != "run" else module, "MASKLINE_RETRIES": str(retries)}
    return Stage(
        subprocess.Popen(
            [sys.executable, "-m", f"maskline.{module}", verb, json.dumps(call)],
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | told | environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    )


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """Sixteen pictures of molecules."""
    config = {"preset": "demo", "samples": 16, "validation_share": 0.25}
    return draw(parse(RenderConfig, config, "render"), DirectoryStore(tmp_path_factory.mktemp("data")))


@dataclass(frozen=True)
class Training:
    """A training that keeps a state after every step."""

    folder: Path
    dataset: str

    @property
    def store(self) -> DirectoryStore:
        return DirectoryStore(self.folder / "store")

    def start(self, retries: int) -> Stage:
        given = {
            "dataset_uri": self.dataset, "train_preset": "demo", "steps": STEPS, "starting_weights": "", "seed": 7,
            "overrides": json.dumps({"train": TRAIN}),
        }  # fmt: skip
        return start(self.folder, "train", "run", given, retries, MASKLINE_STORE=self.store.uri)

    @property
    def weights(self) -> bytes:
        """Those that it has sealed."""
        return open_sealed((self.folder / "checkpoint_uri").read_text(), "checkpoint").read("model.safetensors")


@pytest.fixture
def training(tmp_path: Path, dataset: Artifact) -> Training:
    return Training(tmp_path, dataset.uri)


def fault(training: Training) -> StepFault | None:
    return last_fault(training.store, RUN)


def test_a_training_whose_processes_are_killed_goes_on_and_ends_with_the_weights_of_an_unbroken_one(
    training: Training, dataset: Artifact, tmp_path: Path
) -> None:
    """First the stage's own process is killed, then the one that trains, each when it has kept a state."""

    struck: list[int] = []

    def kill(stage: Stage, line: str) -> None:
        attempt = len(stage.said("attempt.failed")) + 1
        if not line.startswith("train.state_kept ") or attempt > 2 or attempt in struck:
            return
        struck.append(attempt)
        victim = stage.work if attempt == 1 else children(stage.work)[0]
        os.kill(victim, signal.SIGKILL)

    killed = training.start(retries=8).follow(kill)
    assert killed.code == 0, killed.lines
    first, second = killed.said("attempt.failed")
    assert first == "attempt=1 of=9 again_in_s=5 reason='its process was ended by SIGKILL'"
    assert second.startswith("attempt=2 of=9 again_in_s=10 reason='training process 0 of 1 was ended by SIGKILL")
    resumed = [int(found.split()[0].removeprefix("step=")) for found in killed.said("train.resumed")]
    assert len(resumed) == 2
    assert 1 <= resumed[0] < resumed[1] <= STEPS
    assert fault(training) is None  # it has not failed in the end
    (tmp_path / "unbroken").mkdir()
    unbroken = Training(tmp_path / "unbroken", dataset.uri)
    assert unbroken.start(retries=8).follow(nothing).code == 0
    assert training.weights == unbroken.weights
    assert training.store.list("work") == []


def test_a_training_that_is_asked_to_stop_is_not_tried_again_and_nobody_is_told_of_a_failure(
    training: Training,
) -> None:
    def stop(stage: Stage, line: str) -> None:
        if line.startswith("train.step step=2 "):
            stage.process.send_signal(signal.SIGTERM)

    stopped = training.start(retries=8).follow(stop)
    assert stopped.code == 1
    assert stopped.said("attempt.failed") == []
    assert re.match(r"error: training was asked to stop \(SIGTERM\) at step \d of 6: state kept", stopped.lines[-1])
    assert fault(training) is None


def test_a_stage_that_is_killed_in_every_attempt_ends_with_137_and_leaves_word(training: Training) -> None:
    stage = training.start(retries=1)
    while stage.process.poll() is None:
        for work in children(stage.process.pid):
            os.kill(work, signal.SIGKILL)
        time.sleep(0.05)
    stage.follow(nothing)
    assert stage.code == 128 + signal.SIGKILL
    assert stage.said("attempt.failed") == ["attempt=1 of=2 again_in_s=5 reason='its process was ended by SIGKILL'"]
    assert stage.lines[-1] == "error: its process was ended by SIGKILL"
    left = fault(training)
    assert left
    assert (left.step, left.error, left.posted) == ("train", "its process was ended by SIGKILL", False)


def test_a_call_that_is_at_fault_is_tried_once_though_it_might_eight_times(training: Training) -> None:
    given = {"dataset_uri": training.dataset, "train_preset": "dmeo", "steps": 1, "starting_weights": "", "seed": 7}
    stage = start(
        training.folder, "train", "run", given | {"overrides": ""}, 8, MASKLINE_STORE=training.store.uri
    ).follow(nothing)
    assert (stage.code, stage.said("attempt.failed")) == (2, [])
    (line,) = stage.lines
    assert line.startswith("error: train preset 'dmeo'")
    left = fault(training)
    assert left
    assert f"error: {left.error}" == line


DRAWN = {"draw_preset": "demo", "draw_samples": 50, "draw_source": "", "overrides": ""}
BEGIN = {"seed": 5, "created": "2030-01-02T03:04:05Z", "train_starting_weights": "champion"} | DRAWN


@pytest.fixture
def away(tmp_path: Path) -> dict[str, str]:
    """The environment of a store that is not there now, but has been."""
    with seaweedfs.start(tmp_path / "away") as server:
        return {**server.environment(), "MASKLINE_STORE": f"s3://{seaweedfs.BUCKET}/attempts"}


def test_a_store_that_is_away_for_longer_than_it_is_waited_for_is_found_by_the_next_attempt(
    tmp_path: Path, away: dict[str, str]
) -> None:
    back, endpoint = list[seaweedfs.Server](), away["AWS_ENDPOINT_URL_S3"]

    def bring_back(_stage: Stage, line: str) -> None:
        if line.startswith("attempt.failed ") and not back:
            back.append(seaweedfs.start(tmp_path / "away"))

    stage = start(tmp_path, "evaluate", "begin", BEGIN, 3, **away).follow(bring_back)
    with back[0]:
        assert stage.code == 0, stage.lines
    assert stage.said("attempt.failed")[0].startswith(f'attempt=1 of=4 again_in_s=5 reason="{endpoint}')
    assert (tmp_path / "settled_seed").read_text() == "5"


def test_a_store_that_stays_away_ends_the_stage_with_1_and_one_line_after_as_many_attempts_as_declared(
    tmp_path: Path, away: dict[str, str]
) -> None:
    stage = start(tmp_path, "evaluate", "begin", BEGIN, 1, **away).follow(nothing)
    assert (stage.code, len(stage.said("attempt.failed"))) == (1, 1)
    assert re.match(r"error: http://\S+ cannot be reached for s3://\S+", stage.lines[-1])
    assert "Traceback" not in "\n".join(stage.lines)
