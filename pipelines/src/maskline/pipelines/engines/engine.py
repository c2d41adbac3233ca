"""How a container of the pipeline is run on this machine: what every engine is told, and the engine of processes."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from maskline.pipelines.dag.graph import Limits, Scratch
from maskline.pipelines.engines.fork_server import Child, ForkServer
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.engines.secret_folders import secret_folders
from maskline.pipelines.errors import EngineFailed

_GRACE_S = 10.0  # only a training takes more than a moment: it ends its step and keeps a state
_LOOK_S = 0.2  # how often a log is looked at


@dataclass(frozen=True)
class Command:
    """One attempt at one container."""

    name: str
    """Task, turn and attempt, e.g. "render-work.3/1"."""
    image: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    """What the container is given, beyond what its image has."""
    folder: Path
    """Where the attempt leaves its outputs. The arguments name files in it, so the container sees it at this path."""
    secrets: Mapping[str, Mapping[str, str]]
    """Mount path -> file name -> content."""
    scratch: Sequence[Scratch]
    limits: Limits
    log: Path
    """Receives standard output and standard error."""
    line: Callable[[str], None]
    """Called with every line of them."""


@dataclass(frozen=True)
class Ending:
    """How a container ended."""

    code: int
    """Exit code, negative for a signal."""
    reason: str = ""
    """What ended it, if it did not end by itself, e.g. "it used more than its 2Gi of memory"."""


class Engine(Protocol):
    """A way to run containers. Whoever cancels `run` finds everything it started ended.

    The time limit is the caller's to keep.
    """

    async def run(self, command: Command) -> Ending:
        """Run to the end."""


class ProcessEngine:
    """Runs a container as a process group of this machine: same arguments, this interpreter for `python3`, no image.

    What is started as `python3 -m` comes from the fork server.

    Nothing is mounted: a secret's files lie in a private folder for as long as the process lives, and the environment
    names that folder instead of the mount path.  Scratch space and limits mean nothing here.
    """

    def __init__(self, reaper: Reaper, fork_server: ForkServer, hidden: frozenset[str]) -> None:
        """Take the reaper that ends the processes if this one is killed, and the variables they must not inherit."""
        self._reaper, self._fork_server = reaper, fork_server
        self._inherited = {name: value for name, value in os.environ.items() if name not in hidden}

    async def run(self, command: Command) -> Ending:
        """Run to the end."""
        with secret_folders(command.secrets, self._reaper) as folders:
            given = {name: _moved(value, folders) for name, value in command.environment.items()}
            return Ending(await self._process(command, {**self._inherited, "PYTHONUNBUFFERED": "1", **given}))

    async def _process(self, command: Command, environment: Mapping[str, str]) -> int:
        with command.log.open("wb") as log:
            process = await self._started(command.arguments, environment, log)
        self._reaper.watch(process.pid)
        try:
            await follow(command, asyncio.create_task(process.wait()))
            return await process.wait()
        finally:
            await _end_group(process)
            self._reaper.forget(process.pid)

    async def _started(self, arguments: Sequence[str], environment: Mapping[str, str], log: BinaryIO) -> "_Process":
        match arguments:
            case ["python3", "-m", module, *words]:
                return await self._fork_server.fork(module, words, environment, log)
        program, *words = arguments
        return await asyncio.create_subprocess_exec(
            sys.executable if program == "python3" else program,
            *words,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,  # no pipe: what it says is kept whatever becomes of this process
            stderr=log,
            start_new_session=True,
        )


_Process = asyncio.subprocess.Process | Child


def _moved(value: str, folders: Mapping[str, Path]) -> str:
    """Return an environment value that names a mount path, or a file below one, with the folder in its place."""
    for path, folder in folders.items():
        if value == path or value.startswith(f"{path}/"):
            return f"{folder}{value.removeprefix(path)}"
    return value


async def follow(command: Command, ending: "asyncio.Task[int]") -> None:
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


async def _end_group(process: _Process) -> None:
    """End what is left of the process's group: all of it after a cancellation, strays after a normal end."""
    if process.returncode is None:
        signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError, EngineFailed):
            await asyncio.wait_for(process.wait(), _GRACE_S)
    signal_group(process.pid, signal.SIGKILL)
    with contextlib.suppress(EngineFailed):
        await process.wait()


def signal_group(group: int, number: int) -> None:
    """Send a signal to a process group, if it is still there.

    Unlike asyncio's own kill, this does not look first whether the process has ended, which would take its exit code
    away from asyncio, and have it complain of an unknown child.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
