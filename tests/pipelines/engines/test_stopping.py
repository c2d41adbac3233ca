"""Ending a run: whatever ends it, nothing it started lives on."""
# mypy: disable-error-code="untyped-decorator,valid-type"
# ruff: noqa: ARG001 - a component only declares its arguments

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl
from kfp.dsl import ContainerSpec, PipelineTaskFinalStatus

PATIENCE_S = 30.0
STAGE = str(Path(__file__).parents[1] / "stage.py")


@dsl.container_component
def hang(folder: str) -> ContainerSpec:
    return ContainerSpec(image="maskline/test:1", command=["python3", STAGE], args=["hang", "{{$}}"])


@dsl.container_component
def hear(folder: str, run: str, deaf: str, status: PipelineTaskFinalStatus) -> ContainerSpec:
    return ContainerSpec(image="maskline/test:1", command=["python3", STAGE], args=["hear", "{{$}}"])


@dsl.pipeline(name="hang")
def hanging(folder: str) -> None:
    heard = hear(folder=folder, run="one", deaf="").set_caching_options(enable_caching=False)
    with dsl.ExitHandler(heard):
        hang(folder=folder).set_caching_options(enable_caching=False).set_retry(3, backoff_duration="0s")
        hang(folder=folder).set_caching_options(enable_caching=False).set_retry(3, backoff_duration="0s")


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def lives(pid: int) -> bool:
    """Whether a process is there and is more than a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def command(compile_flow: Callable[[Any], Path], tmp_path: Path, scratch: Path) -> list[str]:
    """A run that never ends by itself."""
    maskline = [sys.executable, "-c", "from maskline.pipelines.command_line import app; app()"]
    options = ["--folder", str(tmp_path / "demo"), "--store", str(tmp_path / "store"), "-p", f"folder={scratch}"]
    return [*maskline, "run", str(compile_flow(hanging)), *options]


@pytest.fixture
def running(command: list[str], scratch: Path) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """Such a run, and the ids of the four processes of its two tasks."""
    with subprocess.Popen(command, text=True, stderr=subprocess.PIPE) as run:
        assert wait_for(lambda: len(list(scratch.glob("pid-*"))) == 4)
        yield run, [int(path.name.removeprefix("pid-")) for path in scratch.glob("pid-*")]
        run.kill()


Running = tuple["subprocess.Popen[str]", list[int]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_everything_and_say_how_to_go_on(
    number: signal.Signals, running: Running, scratch: Path
) -> None:
    run, pids = running
    run.send_signal(number)
    assert run.wait(PATIENCE_S) == 130
    assert wait_for(lambda: not any(lives(pid) for pid in pids))
    assert run.stderr
    assert run.stderr.read() == "stopped; the same command goes on from here\n"
    assert not (scratch / "heard.json").exists()  # a stopped run has not ended: nothing runs at its exit


def test_kill_9_of_the_run_ends_everything(running: Running) -> None:
    run, pids = running
    run.kill()
    run.wait()
    assert wait_for(lambda: not any(lives(pid) for pid in pids))


def test_every_process_of_a_run_can_be_told_by_the_runs_folder(running: Running, tmp_path: Path) -> None:
    _, pids = running
    named = f"MASKLINE_TASK_FOLDER={tmp_path}/demo/runs/".encode()
    assert all(named in Path(f"/proc/{pid}/environ").read_bytes() for pid in pids)


def test_a_second_run_in_the_same_folder_is_refused_with_the_first_ones_process(
    running: Running, command: list[str]
) -> None:
    run, pids = running
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"is in use by another run (process {run.pid}); wait for it, or name another --folder" in second.stderr
    assert all(lives(pid) for pid in pids)


def test_a_folder_whose_run_was_killed_can_be_used_again(running: Running, command: list[str], scratch: Path) -> None:
    run, _ = running
    run.kill()
    run.wait()
    for path in scratch.glob("pid-*"):
        path.unlink()
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as again:
        assert wait_for(lambda: len(list(scratch.glob("pid-*"))) == 4)
        os.kill(again.pid, signal.SIGINT)
        assert again.wait(PATIENCE_S) == 130
