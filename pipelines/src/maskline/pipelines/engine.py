"""How a container of the pipeline is run on this machine: for now as a process, with the arguments of its image."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from maskline.pipelines.warden import Warden

_GRACE_S = 2.0
_LOOK_S = 0.2  # how often a log is looked at


@dataclass(frozen=True)
class Command:
    """One attempt at one container."""

    image: str
    arguments: Sequence[str]
    environment: Mapping[str, str]  # what the container is given, beyond what its image has
    log: Path  # receives standard output and standard error
    line: Callable[[str], None]  # called with every line of them


class Engine(Protocol):
    """A way to run containers. Whoever cancels `run` finds everything it started ended."""

    async def run(self, command: Command) -> int:
        """Run to the end; return the exit code, negative for a signal."""


class ProcessEngine:
    """Runs a container as a process group of this machine: same arguments, this interpreter for `python3`, no image."""

    def __init__(self, warden: Warden, hidden: frozenset[str]) -> None:
        """Take the warden that ends the processes if this one is killed, and the variables they must not inherit."""
        self._warden = warden
        self._inherited = {name: value for name, value in os.environ.items() if name not in hidden}

    async def run(self, command: Command) -> int:
        """Run to the end; return the exit code, negative for a signal."""
        program, *rest = command.arguments
        with command.log.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable if program == "python3" else program,
                *rest,
                env={**self._inherited, "PYTHONUNBUFFERED": "1", **command.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,  # no pipe: what it says is kept whatever becomes of this process
                stderr=log,
                start_new_session=True,
            )
        self._warden.watch(process.pid)
        try:
            await _follow(command, asyncio.create_task(process.wait()))
            return await process.wait()
        finally:
            await _end_group(process)
            self._warden.forget(process.pid)


async def _follow(command: Command, ending: "asyncio.Task[int]") -> None:
    """Hand on the lines of the log as they come, until the process has ended."""
    rest = b""
    with command.log.open("rb") as log:
        while True:
            ended = ending.done()
            *lines, rest = (rest + log.read()).split(b"\n")
            for line in lines:
                command.line(line.decode(errors="replace"))
            if ended:
                break
            await asyncio.wait((ending,), timeout=_LOOK_S)
    if rest:
        command.line(rest.decode(errors="replace"))


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """End what is left of the process's group: all of it after a cancellation, strays after a normal end."""
    if process.returncode is None:
        _signal(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE_S)
    _signal(process.pid, signal.SIGKILL)
    await process.wait()


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
