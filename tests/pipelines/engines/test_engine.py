"""The process engine by itself."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maskline.pipelines.dag.graph import Limits
from maskline.pipelines.engines.engine import Command, ProcessEngine
from maskline.pipelines.engines.fork_server import ForkServer
from maskline.pipelines.engines.reaper import Reaper


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    with Reaper() as reaper, ForkServer() as fork_server:
        yield ProcessEngine(reaper, fork_server, frozenset())


def lives(pid: int) -> bool:
    """Whether a process is there and is more than a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def run(engine: ProcessEngine, code: str, log: Path, **given: Any) -> tuple[int, list[str]]:
    lines: list[str] = []
    plain: dict[str, Any] = {"environment": {"WORD": "given"}, "secrets": {}, "scratch": (), "limits": Limits()} | given
    command = Command(
        name="test/1", image="maskline/test:1", arguments=["python3", "-c", code], folder=log.with_suffix(""), log=log,
        line=lines.append, **plain,
    )  # fmt: skip
    return asyncio.run(engine.run(command)).code, lines


SHOW_FILES = """
import os, pathlib
folder = pathlib.Path(os.environ["FOLDER"])
print(folder, oct(folder.parent.stat().st_mode)[-3:], {path.name: path.read_text() for path in folder.iterdir()})
print(os.environ["FILE"] == f"{folder}/url", os.environ["OTHER"], sep="\\n")
"""


def test_a_secrets_files_lie_in_a_private_folder_that_the_environment_names_and_go_with_the_process(
    engine: ProcessEngine, tmp_path: Path
) -> None:
    environment = {"FOLDER": "/etc/x", "FILE": "/etc/x/url", "OTHER": "/etc/xyz"}
    secrets = {"/etc/x": {"url": "https://example.org"}, "/etc/y": {}}
    exit_code, lines = run(engine, SHOW_FILES, tmp_path / "1.log", environment=environment, secrets=secrets)
    folder, mode, said = lines[0].split(" ", 2)
    assert (exit_code, mode, said, lines[1:]) == (0, "700", "{'url': 'https://example.org'}", ["True", "/etc/xyz"])
    assert not Path(folder).parent.exists()


def test_python3_is_this_interpreter_and_all_it_says_is_kept_in_order(engine: ProcessEngine, tmp_path: Path) -> None:
    code = "import os, sys; print(sys.executable); print(os.environ['WORD'], file=sys.stderr); print('no end', end='')"
    exit_code, lines = run(engine, code, tmp_path / "1.log")
    assert exit_code == 0
    assert lines == [sys.executable, "given", "no end"]
    assert (tmp_path / "1.log").read_text() == f"{sys.executable}\ngiven\nno end"


def test_a_signal_is_a_negative_exit_code(engine: ProcessEngine, tmp_path: Path) -> None:
    assert run(engine, "import os; os.kill(os.getpid(), 9)", tmp_path / "1.log")[0] == -9


def test_a_child_left_behind_is_ended_and_does_not_hold_up_the_run(engine: ProcessEngine, tmp_path: Path) -> None:
    code = "import subprocess, sys\nprint(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)"
    exit_code, (pid,) = run(engine, code, tmp_path / "1.log")
    assert exit_code == 0
    deadline = time.monotonic() + 30
    while lives(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not lives(int(pid))


def test_a_line_of_megabytes_arrives_whole(engine: ProcessEngine, tmp_path: Path) -> None:
    assert run(engine, "print('x' * 3_000_000)", tmp_path / "1.log")[1] == ["x" * 3_000_000]
