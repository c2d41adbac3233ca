"""Starts a task's container, again if it was lost, and reads back what it wrote, as Kubeflow's launcher does."""

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.contract.log import EVENT
from maskline.pipelines.dag.graph import Container, Task
from maskline.pipelines.dag.run import Run
from maskline.pipelines.engines.engine import Command, Engine
from maskline.pipelines.errors import EngineFailed, TaskFailed
from maskline.pipelines.local.executor_input import (
    arguments,
    artifact_files,
    described,
    executor_input,
    outputs,
)
from maskline.pipelines.local.progress import View

# Every process below a task inherits it, so that whoever finds one on the machine can say which run it is of.
FOLDER_VARIABLE = "MASKLINE_TASK_FOLDER"
_AGAIN = "attempt.failed"
"""The event by which a stage says that it tries again itself."""


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
        """Run one container to its end; return its output parameters and the files of its artifacts.

        One that the engine lost is started again, as a pod that vanished is; one that failed is not.
        Raises TaskFailed, InvalidInput for a secret that is not there.
        """
        environment = {**self._threads(where), **container.environment}
        attempt = 1
        while True:
            name = f"{task.name}{where.suffix}/{attempt}"
            folder = self._run.folder / name
            try:
                async with self._slots:
                    await self._attempt(task, container, values, environment, name)
                    described(container, folder, self._run.root)
                    return outputs(container, folder), artifact_files(container, folder)
            except EngineFailed as failure:
                if attempt > task.retry.count:
                    raise self._failed(task, f"the engine failed: {failure}", folder) from None
                pause = task.retry.pause(attempt)
                self._view.retrying(task.name, f"retry {attempt} of {task.retry.count} in {pause:.0f} s: {failure}")
                await asyncio.sleep(pause)
                attempt += 1
            except TaskFailed as failure:
                raise self._failed(task, str(failure), folder) from None

    def _failed(self, task: Task, why: str, folder: Path) -> TaskFailed:
        self._view.failed(task.name)
        return TaskFailed(f"{task.title}: {why}\nlog: {_log(folder)}")

    async def _attempt(
        self, task: Task, container: Container, values: Mapping[str, Any], environment: Mapping[str, str], name: str
    ) -> None:
        """Run one container once.  Raises TaskFailed with its own words, EngineFailed."""
        folder = self._run.folder / name
        folder.mkdir(parents=True)
        _log(folder).touch()  # an engine may fail before it writes one
        words = _LastWords()

        def line(text: str) -> None:
            words.hear(text)
            if text.startswith(f"{_AGAIN} "):
                self._view.retrying(task.name, text)
            elif EVENT.fullmatch(text):
                self._view.line(task.name, text)

        command = Command(
            name=name,
            image=container.image,
            arguments=arguments(container, executor_input(container, values, folder, self._run.root)),
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
            raise TaskFailed(f"it ran longer than its {limit_s} s") from None
        if ending.code or ending.reason:
            last = f"exit code {ending.code}, last words: {words.last or '(none)'}"
            raise TaskFailed(ending.reason or words.error or last)

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
