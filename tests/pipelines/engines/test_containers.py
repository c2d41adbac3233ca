"""A container's end as its own client and asyncio tell it, whichever is first."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maskline.pipelines.dag.graph import Limits
from maskline.pipelines.engines.containers import DockerEngine, Site
from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.engines.engine import Command
from maskline.pipelines.engines.reaper import Reaper

CLIENT = """#!/bin/sh
# What `docker` does for a container that runs until it is stopped: its attached client ends before `stop` returns.
case $1 in
    start) touch {folder}/started; while [ ! -e {folder}/stopped ]; do sleep 0.01; done; exit 137 ;;
    stop) touch {folder}/stopped; sleep 0.3 ;;
esac
"""


def test_a_client_that_ends_as_its_run_is_stopped_is_no_unknown_child(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed: Callable[..., None] = asyncio.ThreadedChildWatcher._do_waitpid  # type: ignore[attr-defined]

    def noticed_late(*arguments: Any) -> None:
        time.sleep(1)  # as on a busy machine
        noticed(*arguments)

    monkeypatch.setattr(asyncio.ThreadedChildWatcher, "_do_waitpid", noticed_late)
    program = tmp_path / "docker"
    program.write_text(CLIENT.format(folder=tmp_path))
    program.chmod(0o755)
    command = Command("a/1", "image", [], {}, tmp_path / "out", {}, [], Limits(), tmp_path / "log", print)
    (tmp_path / "out").mkdir()

    async def stopped_after_it_started() -> None:
        with Reaper() as reaper:
            run = asyncio.create_task(DockerEngine(Docker(str(program)), reaper, Site("s", {}, "n")).run(command))
            while not (tmp_path / "started").exists():  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(0.01)
            run.cancel()
            await asyncio.wait((run,))

    with caplog.at_level(logging.WARNING, "asyncio"):
        asyncio.run(stopped_after_it_started())
    assert not caplog.records
