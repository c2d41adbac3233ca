"""A task whose fork server somebody kills: it is ended, and started again as one that was lost."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from maskline.pipelines.dag.graph import Limits
from maskline.pipelines.engines.engine import Command, Ending, ProcessEngine
from maskline.pipelines.engines.fork_server import ForkServer
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.errors import EngineFailed

MODULE = """
import os, time
print(os.getpid(), flush=True)
if "again" not in os.environ:
    time.sleep(600)
"""


def test_a_task_whose_fork_server_is_killed_is_ended_and_the_next_attempt_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "task.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said: list[int] = []

    def command(environment: dict[str, str]) -> Command:
        def line(text: str) -> None:
            said.append(int(text))
            if not environment:
                os.kill(fork_server.pid, signal.SIGKILL)

        words, log = ["python3", "-m", "task"], tmp_path / "log"
        return Command("task/1", "image", words, environment, tmp_path, {}, (), Limits(), log, line)

    with Reaper() as reaper, ForkServer() as fork_server:
        engine = ProcessEngine(reaper, fork_server, frozenset())
        with pytest.raises(EngineFailed, match="the process that starts tasks is gone"):
            asyncio.run(engine.run(command({})))
        deadline = time.monotonic() + 60
        while Path(f"/proc/{said[0]}").exists() and "Z" not in Path(f"/proc/{said[0]}/stat").read_text().split(")")[1]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert asyncio.run(engine.run(command({"again": "1"}))) == Ending(0)
    assert len(said) == 2
