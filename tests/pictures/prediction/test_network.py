"""Where a checkpoint predicts, and with how many threads."""

from pathlib import Path

import pytest

from maskline.contract import cores
from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.network import load, threads


def test_threads_stay_within_the_containers_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(cores, "CONTROL", tmp_path)
    (cores.CONTROL / "cpu.max").write_text("100000 100000", "ascii")
    assert threads(PicturePrediction()) == 1


def test_a_gpu_that_is_not_there_is_named(checkpoint: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(InvalidInput, match="device = 'cuda': this machine has no GPU"):
        load(checkpoint, PicturePrediction(device="cuda"))
