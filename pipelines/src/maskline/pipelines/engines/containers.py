"""Runs the pipeline's containers in Docker, hemmed in as a strict cluster would.

A container sees a root it cannot write to, its own folder of the run, its secrets as read-only files, the folders of
this machine that the run's parameters name (read-only), scratch space, and one network. It runs as a user without a
name, without capabilities, within the limits that the pipeline declares.

Scratch space on disk is an anonymous volume of Docker's: it takes the owner and mode of the image's folder, counts
against no memory limit, and goes with the container even if this process is killed. Docker cannot bound its size; the
disk does.
"""

import asyncio
import contextlib
import csv
import io
import json
import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskline.contract.cores import cores
from maskline.pipelines.dag.graph import Limits, Scratch
from maskline.pipelines.dag.quantity import number
from maskline.pipelines.engines.docker import REMOVE, Docker, label_words
from maskline.pipelines.engines.engine import Command, Ending, follow, signal_group
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.engines.secret_folders import secret_folders
from maskline.pipelines.errors import EngineFailed

USER = 10001
TASK_LABEL = "maskline.task"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - in the container
_TEMPORARY = "/tmp"  # noqa: S108 - in the container
_PROCESSES = 1024
_GRACE_S = 2
_SIGNALLED = range(129, 193)  # 128 and a signal's number: what it ended, or what says so of a child, as shells do
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")


@dataclass(frozen=True)
class Site:
    """Where the containers of one run live."""

    name: str
    """Begins the name of each of them."""
    labels: Mapping[str, str]
    network: str
    folders: Sequence[Path] = ()
    """Folders and files of this machine that every container may read, at the same path."""
    gpus: bool = False


class DockerEngine:
    """Runs commands in containers of their images."""

    def __init__(self, docker: Docker, reaper: Reaper, site: Site) -> None:
        """Take the engine, the reaper that ends the containers if this process is killed, and where they live."""
        self._docker, self._reaper, self._site = docker, reaper, site

    async def run(self, command: Command) -> Ending:
        """Run to the end."""
        name = f"{self._site.name}-{re.sub(r'[^a-zA-Z0-9_.-]', '-', command.name)}"
        farewell = [self._docker.program, *REMOVE, name]
        with secret_folders(command.secrets, self._reaper) as secrets:
            _let_in(command.folder)
            self._reaper.run_after(farewell)
            try:
                await _whole(asyncio.to_thread(self._docker.ask, "create", *self._options(name, command, secrets)))
                return await self._started(name, command)
            finally:
                if await _whole(asyncio.to_thread(self._docker.remove, name)):
                    self._reaper.spare(farewell)

    def _options(self, name: str, command: Command, secrets: Mapping[str, Path]) -> list[str]:
        user, group = command.limits.user or USER, command.limits.group or USER
        labels = {**self._site.labels, TASK_LABEL: command.name}
        environment = {"PYTHONUNBUFFERED": "1", **command.environment}
        return [
            *("--name", name, *label_words(labels), "--pull", "never", "--network", self._site.network),
            *HARDENED,
            *("--user", f"{user}:{group}"),
            *("--log-driver", "none"),  # what it says goes to the log of the attempt
            *_limits(command.limits, gpus=self._site.gpus),
            *_scratch(command.scratch, user),
            *writable(command.folder, str(command.folder)),
            *(word for path, folder in secrets.items() for word in readable(folder, path)),
            *(word for path in self._site.folders for word in readable(path, str(path))),
            *(word for key, value in environment.items() for word in ("--env", f"{key}={value}")),
            command.image,
            *command.arguments,
        ]

    async def _started(self, name: str, command: Command) -> Ending:
        """Start the container, hand on what it says, and tell how it ended."""
        with command.log.open("wb") as log:
            attached = await asyncio.create_subprocess_exec(
                self._docker.program,
                *("start", "--attach", name),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is for this process, which ends the container in its own way
            )
        try:
            await follow(command, asyncio.create_task(attached.wait()))
        except asyncio.CancelledError:
            with contextlib.suppress(EngineFailed):
                await _whole(asyncio.to_thread(self._docker.ask, "stop", "--time", str(_GRACE_S), name))
            raise
        finally:
            if attached.returncode is None:
                signal_group(attached.pid, signal.SIGKILL)
            await attached.wait()
        state = json.loads(await asyncio.to_thread(self._docker.ask, "inspect", "--format", "{{json .State}}", name))
        return _ending(state, command)


def _ending(state: Mapping[str, Any], command: Command) -> Ending:
    code = int(state["ExitCode"])
    if state["Status"] != "exited" and not code:  # one that could not start has a code, and an error that says why
        return Ending(1, f"the engine lost hold of its container, which is {state['Status']}")
    if state["OOMKilled"] and code:
        step = re.split(r"(-\d+)?[./]", command.name)[0]
        reason = (
            f"its memory limit of {command.limits.memory} was not enough, so the kernel ended it; raise it (maskline "
            f"compile --set memory.{step}=SIZE --output FILE), or give the step less to do at once"
        )
    else:
        reason = str(state["Error"])
    return Ending(128 - code if code in _SIGNALLED else code, reason)


def _limits(limits: Limits, *, gpus: bool) -> Iterator[str]:
    yield from ("--pids-limit", str(_PROCESSES))
    if limits.memory:
        most = str(int(number(limits.memory)))
        yield from ("--memory", most, "--memory-swap", most)  # no swap beyond it
    if limits.cpu:
        yield from ("--cpus", f"{min(number(limits.cpu), cores()):g}")
    if limits.accelerators and gpus:
        yield from ("--gpus", str(limits.accelerators))


def _scratch(declared: Sequence[Scratch], user: int) -> Iterator[str]:
    """Give the container the scratch space that is declared, and /tmp in any case."""
    if not any(scratch.path == _TEMPORARY for scratch in declared):
        yield from _mount(type="volume", target=_TEMPORARY)
    for scratch in declared:
        size = str(int(number(scratch.size))) if scratch.size else ""
        if scratch.path == _SHARED_MEMORY and size:
            yield from ("--shm-size", size)
        elif scratch.in_memory:
            # Its mode is that of the image's folder, whatever is asked for; its owner can be chosen.
            options = ["rw", "nosuid", "nodev", f"uid={user}", *([f"size={size}"] if size else [])]
            yield from ("--tmpfs", f"{scratch.path}:{','.join(options)}")
        else:
            yield from _mount(type="volume", target=scratch.path)


def readable(source: Path, target: str) -> list[str]:
    """Return the options that let a container read a file or folder of this machine at `target`."""
    return [*_mount("readonly", type="bind", source=str(source), target=target)]


def writable(source: Path, target: str) -> list[str]:
    """Return the options that let a container use a folder of this machine at `target`."""
    return [*_mount(type="bind", source=str(source), target=target)]


def _mount(*flags: str, **fields: str) -> Iterator[str]:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([*(f"{name}={value}" for name, value in fields.items()), *flags])
    yield from ("--mount", line.getvalue())


def _let_in(folder: Path) -> None:
    """Let a container's user write to the folder of its attempt, which nobody else of this machine can come near to."""
    folder.parent.chmod(0o700)
    folder.chmod(0o777)
    for name in ("parameters", "artifacts"):  # made here, they are this user's to remove
        (folder / name).mkdir()
        (folder / name).chmod(0o777)


async def _whole(work: Any) -> Any:
    """Await work in another thread to its end even when this task is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise
