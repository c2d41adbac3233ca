"""Runs a compiled pipeline on this machine, with the semantics of Kubeflow's launcher.

A task starts when all it waits for have ended. A task whose condition does not hold is skipped, and so is what waits
for it. A container that fails is started again as its retry policy says, except when it says that the call itself is at
fault (exit code 2). The first failure for good ends everything: what was done is in the store, where a rerun finds it.
"""

import asyncio
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.pipelines.engine import Command, Engine
from maskline.pipelines.errors import TaskFailed
from maskline.pipelines.executor_input import arguments, artifact_files, executor_input, outputs
from maskline.pipelines.graph import Constant, Container, Dag, FromInput, Pipeline, Task
from maskline.pipelines.progress import View

# Every process below a task inherits it, so that whoever finds one on the machine can say which run it is of.
FOLDER_VARIABLE = "MASKLINE_TASK_FOLDER"
_CALL_AT_FAULT = 2
_EVENT = re.compile(r"[a-z][a-z0-9._-]*( [a-z][a-z0-9_-]*=.*)?")  # what stages say; libraries say many other things


@dataclass
class Results:
    """What the tasks outside loops wrote, by task name; tasks that were skipped are absent."""

    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    artifacts: dict[str, dict[str, Path]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Turn:
    """Where in the loops around it a task is."""

    suffix: str = ""  # tells the turns apart in names, e.g. ".3"
    at_once: int = 1  # how many turns run at a time


class Runner:
    """One run of one pipeline."""

    def __init__(
        self,
        pipeline: Pipeline,
        engine: Engine,
        view: View,
        folder: Path,
        secrets: Mapping[str, Mapping[str, str]],
        parallel: int,
    ) -> None:
        """Prepare a run.

        folder: receives logs and outputs, <folder>/<task>/<attempt>.log and <folder>/<task>/<attempt>/.
        secrets: secret name -> key -> value, for the environment variables that the pipeline fills from them.
        parallel: how many containers may run at once; those of a loop share as many cores.
        """
        self._pipeline, self._engine, self._view, self._folder, self._secrets = pipeline, engine, view, folder, secrets
        self._parallel, self._slots = parallel, asyncio.Semaphore(parallel)
        self._results = Results()

    async def run(self, values: Mapping[str, Any]) -> Results:
        """Run the pipeline with a value for each of its parameters.

        Raises TaskFailed with the task's own words and the path of its log, InvalidInput for a secret it lacks.
        """
        for task in self._pipeline.root.leaves():
            self._view.expect(task.name, task.title)
        try:
            await self._dag(self._pipeline.root, values, _Turn())
        except BaseExceptionGroup as group:
            raise _first(group) from None
        return self._results

    async def _dag(self, dag: Dag, values: Mapping[str, Any], where: _Turn) -> None:
        """Run the tasks of a DAG."""
        ended: dict[str, asyncio.Future[dict[str, Any] | None]] = {task.name: asyncio.Future() for task in dag.tasks}
        async with asyncio.TaskGroup() as group:
            for task in dag.tasks:
                group.create_task(self._task(task, values, ended, where))

    async def _task(
        self,
        task: Task,
        given: Mapping[str, Any],
        ended: Mapping[str, asyncio.Future[dict[str, Any] | None]],
        where: _Turn,
    ) -> None:
        """Wait, run one task, and tell those who wait for it: its outputs, or None if it was skipped."""
        before = {name: await ended[name] for name in task.after}
        values = {}
        skipped = None in before.values()
        if not skipped:
            for name, source in task.values.items():
                if isinstance(source, Constant):
                    values[name] = source.value
                elif isinstance(source, FromInput):
                    values[name] = given[source.name]
                else:
                    values[name] = (before[source.task] or {})[source.name]
            skipped = task.condition is not None and not task.condition.holds(values)
        if skipped:
            self._skip(task)
            ended[task.name].set_result(None)
        else:
            ended[task.name].set_result(await self._turns(task, values, where))

    async def _turns(self, task: Task, values: dict[str, Any], where: _Turn) -> dict[str, Any]:
        """Run a task, once or for each element of its loop's list."""
        if task.loop is None:
            return await self._body(task, values, where)
        loop, items = task.loop, values[task.loop.items]
        for leaf in task.body.leaves() if isinstance(task.body, Dag) else (task,):
            self._view.turns(leaf.name, len(items))
        most = max(1, min(loop.limit or len(items), len(items)))
        limit = asyncio.Semaphore(most)

        async def turn(number: int, item: Any) -> None:
            async with limit:
                inner = _Turn(f"{where.suffix}.{number}", where.at_once * most)
                await self._body(task, {**values, loop.item: item}, inner)

        async with asyncio.TaskGroup() as group:
            for number, item in enumerate(items):
                group.create_task(turn(number, item))
        return {}

    async def _body(self, task: Task, values: dict[str, Any], where: _Turn) -> dict[str, Any]:
        if isinstance(task.body, Dag):
            await self._dag(task.body, values, where)
            return {}
        written, files = await self._container(task, task.body, values, where)
        if not where.suffix:
            self._results.parameters[task.name], self._results.artifacts[task.name] = written, files
        return written

    async def _container(
        self, task: Task, container: Container, values: Mapping[str, Any], where: _Turn
    ) -> tuple[dict[str, Any], dict[str, Path]]:
        """Run one container until it succeeds or its retries are used up."""
        environment = {**self._threads(where), **container.environment, **self._secret_environment(container)}
        attempt = 1
        while True:
            folder = self._folder / f"{task.name}{where.suffix}" / str(attempt)
            try:
                async with self._slots:
                    await self._attempt(task, container, values, environment, folder)
                    return outputs(container, folder), artifact_files(container, folder)
            except _AttemptFailed as failure:
                if failure.code == _CALL_AT_FAULT or attempt > task.retry.count:
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
        self, task: Task, container: Container, values: Mapping[str, Any], environment: Mapping[str, str], folder: Path
    ) -> None:
        """Run one container once.  Raises _AttemptFailed with its own words."""
        _make(folder)
        words = _LastWords()

        def line(text: str) -> None:
            words.hear(text)
            if _EVENT.fullmatch(text):
                self._view.line(task.name, text)

        argv = arguments(container, executor_input(container, values, folder))
        self._view.started(task.name)
        started = time.monotonic()
        named = {**environment, FOLDER_VARIABLE: str(folder)}
        code = await self._engine.run(Command(container.image, argv, named, _log(folder), line))
        if code:
            raise _AttemptFailed(code, words.error or f"exit code {code}, last words: {words.last or '(none)'}")
        self._view.ended(task.name, time.monotonic() - started)

    def _threads(self, where: _Turn) -> dict[str, str]:
        """Return each turn's share of the cores, unless the user chose; a task on its own may use them all."""
        if not where.suffix or "OMP_NUM_THREADS" in os.environ:
            return {}
        return {"OMP_NUM_THREADS": str(max(1, self._parallel // where.at_once))}

    def _secret_environment(self, container: Container) -> dict[str, str]:
        found = {}
        for entry in container.secrets:
            if entry.key not in self._secrets.get(entry.secret, {}):
                raise InvalidInput(f"{container.label} needs the key '{entry.key}' of the secret '{entry.secret}'")
            found[entry.variable] = self._secrets[entry.secret][entry.key]
        return found

    def _skip(self, task: Task) -> None:
        for leaf in task.body.leaves() if isinstance(task.body, Dag) else (task,):
            self._view.skipped(leaf.name)


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


def _make(folder: Path) -> None:
    folder.mkdir(parents=True)


def _log(folder: Path) -> Path:
    return folder.with_suffix(".log")


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the failure that came first; those after it are its consequences."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
