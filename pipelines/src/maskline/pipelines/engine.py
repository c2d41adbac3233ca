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
_CHUNK = 65_536


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
        process = await asyncio.create_subprocess_exec(
            sys.executable if program == "python3" else program,
            *rest,
            env={**self._inherited, "PYTHONUNBUFFERED": "1", **command.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self._warden.watch(process.pid)
        reading = asyncio.create_task(_copy(process, command))
        try:
            return await process.wait()
        finally:
            await _end_group(process)
            self._warden.forget(process.pid)
            await reading


async def _copy(process: asyncio.subprocess.Process, command: Command) -> None:
    """Write what the process says to its log, and hand it on line by line."""
    rest = b""
    with command.log.open("wb") as log:
        while process.stdout and (chunk := await process.stdout.read(_CHUNK)):
            log.write(chunk)
            log.flush()
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                command.line(line.decode(errors="replace"))
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
