"""What a training that was ended leaves behind: nothing, or nothing for long."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.kind.training import TrainingConfig
from maskline.train.inputs import TrainInputs
from maskline.train.processes.scratch import local_folder
from maskline.train.stage import run

HOLD = """
import time
from maskline.train.processes.scratch import local_folder
with local_folder() as folder:
    print(folder, flush=True)
    time.sleep(60)
"""
PREPARE = """
import sys, time
from maskline.contract.store import open_store
from maskline.train import stage
from maskline.contract.kind.training import training_of
from maskline.train.inputs import TrainInputs
def gpus():
    print("preparing", flush=True)
    time.sleep(60)
stage.gpus = gpus
config, dataset, store = sys.argv[1:]
stage.run(training_of("coco/1").training_config.model_validate_json(config), TrainInputs(dataset), open_store(store))
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made, here and in processes started from here."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_the_folder_of_a_killed_trainer_is_swept_by_the_next_and_no_other(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        with local_folder() as folder:
            assert set(place.iterdir()) == {left, folder}
        other.kill()
    assert list(place.iterdir()) == [left]
    with local_folder() as folder:
        assert list(place.iterdir()) == [folder]
    assert list(place.iterdir()) == []


def test_a_trainer_told_to_end_while_it_prepares_leaves_no_folder(
    place: Path, dataset: Artifact, tiny: Callable[..., TrainingConfig]
) -> None:
    arguments = [tiny().model_dump_json(), dataset.uri, f"file://{place}/store"]
    with subprocess.Popen([sys.executable, "-c", PREPARE, *arguments], stdout=subprocess.PIPE) as trainer:
        assert trainer.stdout is not None
        assert trainer.stdout.readline() == b"preparing\n"
        assert len(list(place.glob("maskline-train-*"))) == 1
        trainer.send_signal(signal.SIGTERM)
    assert trainer.returncode == 128 + signal.SIGTERM
    assert list(place.iterdir()) == []


def test_resume_state_that_outlived_its_training_is_cleared(
    checkpoint: Artifact, dataset: Artifact, tiny: Callable[..., TrainingConfig]
) -> None:
    checkpoint.store.write(f"work/{checkpoint.manifest.id}/resume/newest.json", b"killed before the clean-up")
    assert run(tiny(), TrainInputs(dataset.uri), checkpoint.store).uri == checkpoint.uri
    assert checkpoint.store.list("work") == []
