"""Starts a task's container, again and again if need be, and reads back what it wrote, as Kubeflow's launcher does."""

import asyncio
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag.graph import Container, Task
from maskline.pipelines.dag.run import Run
from maskline.pipelines.engines.engine import Command, Engine
from maskline.pipelines.errors import EngineFailed, TaskFailed
from maskline.pipelines.local.executor_input import arguments, artifact_files, executor_input, outputs
from maskline.pipelines.local.progress import View

# Every process below a task inherits it, so that whoever finds one on the machine can say which run it is of.
FOLDER_VARIABLE = "MASKLINE_TASK_FOLDER"
_CALL_AT_FAULT = 2
_EVENT = re.compile(r"[a-z][a-z0-9._-]*( [a-z][a-z0-9_-]*=.*)?")  # what stages say; libraries say many other things


@dataclass(frozen=True)
class Turn:
    """Where in the loops around it a task is."""

    suffix: str = ""  # tells the turns apart in names, e.g. ".3"
    at_once: int = 1  # how many turns run at a time


class Launcher:
    """Launches the containers of one run, so many at a time."""

    def __init__(self, engine: Engine, view: View, run: Run, parallel: int) -> None:
        """Use `engine` for at most `parallel` containers at once; those of a loop share as many cores."""
        self._engine, self._view, self._run = engine, view, run
        self._parallel, self._slots = parallel, asyncio.Semaphore(parallel)

    async def launch(
        self, task: Task, container: Container, values: Mapping[str, Any], where: Turn
    ) -> tuple[dict[str, Any], dict[str, Path]]:
        """Run one container until it succeeds; return its output parameters and the files of its artifacts.

        Raises TaskFailed when its retries are used up, InvalidInput for a secret that is not there.
        """
        environment = {**self._threads(where), **container.environment}
        attempt, started = 1, time.monotonic()
        while True:
            name = f"{task.name}{where.suffix}/{attempt}"
            folder = self._run.folder / name
            try:
                async with self._slots:
                    await self._attempt(task, container, values, environment, name)
                    return outputs(container, folder), artifact_files(container, folder)
            except _AttemptFailed as failure:
                late = time.monotonic() - started > task.retry.window_s
                if failure.code == _CALL_AT_FAULT or attempt > task.retry.count or late:
                    self._view.failed(task.name)
                    raise TaskFailed(f"{task.title}: {failure}\nlog: {_log(folder)}") from None
                pause = task.retry.pause(attempt)
                self._view.retrying(task.name, f"retry {attempt} of {task.retry.count} in {pause:.0f} s: {failure}")
                await asyncio.sleep(pause)
                attempt += 1
            except TaskFailed as failure:
                self._view.failed(task.name)
                raise TaskFailed(f"{task.title}: {failure}\nlog: {_log(folder)}") from None

    async def _attempt(
        self, task: Task, container: Container, values: Mapping[str, Any], environment: Mapping[str, str], name: str
    ) -> None:
        """Run one container once.  Raises _AttemptFailed with its own words."""
        folder = self._run.folder / name
        folder.mkdir(parents=True)
        _log(folder).touch()  # an engine may fail before it writes one
        words = _LastWords()

        def line(text: str) -> None:
            words.hear(text)
            if _EVENT.fullmatch(text):
                self._view.line(task.name, text)

        command = Command(
            name=name,
            image=container.image,
            arguments=arguments(container, executor_input(container, values, folder)),
            environment={**environment, FOLDER_VARIABLE: str(folder)},
            folder=folder,
            secrets=self._secret_files(container),
            scratch=container.scratch,
            limits=container.limits,
            log=_log(folder),
            line=line,
        )
        self._view.started(task.name)
        started = time.monotonic()
        await self._to_the_end(command, words)
        self._view.ended(task.name, time.monotonic() - started)

    async def _to_the_end(self, command: Command, words: "_LastWords") -> None:
        """Let the engine run a command within its time."""
        limit_s = command.limits.timeout_s
        try:
            async with asyncio.timeout(limit_s or None) as timeout:
                ending = await self._engine.run(command)
        except TimeoutError:
            if not timeout.expired():
                raise
            raise _AttemptFailed(-1, f"it ran longer than its {limit_s} s") from None
        except EngineFailed as failure:
            raise _AttemptFailed(-1, f"the engine failed: {failure}") from None
        if ending.code or ending.reason:
            last = f"exit code {ending.code}, last words: {words.last or '(none)'}"
            raise _AttemptFailed(ending.code, ending.reason or words.error or last)

    def _threads(self, where: Turn) -> dict[str, str]:
        """Return each turn's share of the cores, unless the user chose; a task on its own may use them all."""
        if not where.suffix or "OMP_NUM_THREADS" in os.environ:
            return {}
        return {"OMP_NUM_THREADS": str(max(1, self._parallel // where.at_once))}

    def _secret_files(self, container: Container) -> dict[str, Mapping[str, str]]:
        for mount in container.secret_files:
            if mount.secret not in self._run.secrets and not mount.optional:
                raise InvalidInput(f"{container.label} needs the secret '{mount.secret}'")
        return {mount.path: self._run.secrets.get(mount.secret, {}) for mount in container.secret_files}


class _AttemptFailed(Exception):
    """One attempt failed with exit code `code`."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


class _LastWords:
    """What to quote of a process that failed: the message it ended with, or else its last line."""

    def __init__(self) -> None:
        self.error = ""
        self.last = ""

    def hear(self, line: str) -> None:
        if line.startswith("error: "):
            self.error = line.removeprefix("error: ")
        elif line.strip():
            self.last = line.strip()


def _log(folder: Path) -> Path:
    return folder.with_suffix(".log")
