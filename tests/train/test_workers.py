"""Processes that prepare pictures, as beside a GPU: a whole training has them here, and none outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import children, require_gone

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.kind.training import TrainingConfig

STAGE = """
import sys
from maskline.contract.errors import MasklineError
from maskline.contract.store import open_store
from maskline.train import stage
from maskline.contract.kind.training import training_of
from maskline.train.inputs import TrainInputs
stage.workers_for = lambda gpus, beside: 2
config, dataset, store = sys.argv[1:]
try:
    config = training_of("coco/1").training_config.model_validate_json(config)
    print(stage.run(config, TrainInputs(dataset), open_store(store)).uri)
except MasklineError as fault:
    sys.exit(f"error: {fault}")
"""


class Life:
    """A stage that trains, once it has taken a step: its process, the one that trains and those who prepare."""

    def __init__(self, stage: "subprocess.Popen[str]") -> None:
        assert stage.stdout is not None
        assert stage.stderr is not None
        self._stage, self._said, self._told = stage, stage.stdout, stage.stderr
        while not (line := self._said.readline()).startswith("train.step "):
            assert line, f"it ended before its first step: {self._told.read()}"
        (self.rank,) = children(stage.pid)
        self.workers = children(self.rank)
        assert len(self.workers) == 2

    def end(self) -> tuple[int, str, str]:
        """Wait until all of its processes have ended.  Returns the stage's exit code, and what was said and told."""
        said, told = self._said.read(), self._told.read()
        code = self._stage.wait()
        require_gone([self.rank, *self.workers])
        return code, said, told


@pytest.fixture
def started(
    tiny: Callable[..., TrainingConfig], dataset: Artifact, tmp_path: Path
) -> Callable[[], "subprocess.Popen[str]"]:
    def start() -> "subprocess.Popen[str]":
        words = [sys.executable, "-c", STAGE, tiny().model_dump_json(), dataset.uri, str(tmp_path / "store")]
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def test_a_training_with_workers_ends_on_one_sigterm_or_a_kill_leaves_no_process_and_goes_on_to_the_same_weights(
    started: Callable[[], "subprocess.Popen[str]"], checkpoint: Artifact
) -> None:
    with started() as process:
        life = Life(process)
        process.terminate()
        code, _, told = life.end()
    assert code == 1
    assert "asked to stop (SIGTERM)" in told
    assert "state kept, the same call goes on from there" in told

    with started() as process:
        life = Life(process)
        os.kill(life.rank, signal.SIGKILL)
        code, _, told = life.end()
    assert code == 1
    assert "was ended by SIGKILL" in told

    with started() as process:
        code, said, told = Life(process).end()
    assert code == 0, told
    artifact = open_sealed(said.splitlines()[-1], "checkpoint")
    assert artifact.read("model.safetensors") == checkpoint.read("model.safetensors")
