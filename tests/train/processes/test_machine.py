"""What a machine offers a training: GPUs as torch counts them, and cores for those who prepare pictures."""

from pathlib import Path

import pytest

from maskline.train.processes import machine
from maskline.train.processes.machine import gpus, workers_for


@pytest.fixture
def torch_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand a module in for torch in the process that is asked; a driver is there."""
    (tmp_path / "driver").touch()
    monkeypatch.setattr(machine, "DRIVERS", (str(tmp_path / "no-driver"), str(tmp_path / "driver")))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "torch.py"


def test_without_a_driver_nobody_is_asked(torch_says: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch_says.write_text("raise SystemExit('asked')", "utf-8")
    monkeypatch.setattr(machine, "DRIVERS", (str(torch_says.parent / "no-driver"),))
    assert gpus() == 0


def test_gpus_are_counted_by_torch_whatever_else_it_says(torch_says: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch_says.write_text("class cuda: device_count = staticmethod(lambda: 3)\nprint('a greeting', end='')", "utf-8")
    assert gpus() == 3
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("class cuda: device_count = staticmethod(lambda: 0)", "'torch finds none'"),
        (
            "import sys\nclass cuda: device_count = staticmethod(lambda: 0)\nprint('driver too old', file=sys.stderr)",
            "'driver too old'",
        ),
        ("raise OSError('libcuda.so is missing')", "'OSError: libcuda.so is missing'"),
    ],
)
def test_a_driver_of_which_torch_can_use_no_gpu_is_told(
    body: str, why: str, torch_says: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch_says.write_text(body, "utf-8")
    assert gpus() == 0
    assert capsys.readouterr().out == f"train.no_gpu driver=found why={why}\n"


@pytest.mark.parametrize(
    ("cores", "gpus", "beside", "workers"), [(16, 0, 1, 0), (16, 1, 1, 8), (16, 8, 8, 1), (8, 4, 2, 3), (1, 1, 1, 1)]
)
def test_beside_gpus_a_training_process_has_its_share_of_the_cores_but_its_own(
    cores: int, gpus: int, beside: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: cores)
    assert workers_for(gpus, beside) == workers
