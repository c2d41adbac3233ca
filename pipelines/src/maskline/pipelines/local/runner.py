"""Runs a compiled pipeline on this machine, as Kubeflow does it on a cluster, but for one rule of its own.

A task starts when all it waits for have ended. A task whose condition does not hold is skipped, and so is what waits
for it. A loop over an empty list is done at once. A container that fails is not started again: what may pass a stage
tries again itself. What an exit handler declares runs after a failure too, unless the run is stopped from outside.

The first failure ends everything, where Kubeflow lets what does not wait for it go on: what was done is in the store,
where a rerun finds it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskline.contract.errors import MasklineError
from maskline.pipelines.dag.graph import Constant, Dag, FromInput, FromTask, Pipeline, Task
from maskline.pipelines.dag.run import Run
from maskline.pipelines.engines.engine import Engine
from maskline.pipelines.errors import TaskFailed
from maskline.pipelines.local.launcher import Launcher, Turn
from maskline.pipelines.local.progress import View


@dataclass
class Results:
    """What the tasks outside loops wrote, by task name; tasks that were skipped are absent."""

    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    artifacts: dict[str, dict[str, Path]] = field(default_factory=dict)


class Runner:
    """One run of one pipeline."""

    def __init__(self, pipeline: Pipeline, engine: Engine, view: View, run: Run, parallel: int) -> None:
        """Prepare a run.

        parallel: how many containers may run at once; those of a loop share as many cores.
        """
        self._pipeline, self._view, self._run = pipeline, view, run
        self._launcher = Launcher(engine, view, run, parallel)
        self._results = Results()
        self._failure: Exception | None = None
        self._idle_loop = False

    async def run(self, values: Mapping[str, Any]) -> Results:
        """Run the pipeline with a value for each of its parameters.

        Raises TaskFailed with the task's own words and the path of its log, InvalidInput for a secret it lacks.
        """
        for task in self._pipeline.leaves():
            self._view.expect(task.name, task.title)
        try:
            await self._root(values)
        except Exception as failure:  # noqa: BLE001 - whatever it is, what runs at exit is told of it
            self._failure = failure
        for task in self._pipeline.at_exit:
            try:
                await self._body(task, self._values(task, values, {}), Turn())
            except MasklineError as failure:
                self._failure = TaskFailed(f"{self._failure}\n{failure}") if self._failure else failure
        if self._failure:
            raise self._failure
        return self._results

    async def _root(self, values: Mapping[str, Any]) -> None:
        """Run all but the tasks at exit.  Raises the first failure by itself."""
        try:
            await self._dag(self._pipeline.root, values, Turn())
        except BaseExceptionGroup as group:
            raise _first(group) from None

    def _values(
        self, task: Task, given: Mapping[str, Any], before: Mapping[str, dict[str, Any] | None]
    ) -> dict[str, Any]:
        """Return what a task is told, from the file, from the surrounding DAG and from tasks that ended before."""
        values: dict[str, Any] = {}
        for name, source in task.values.items():
            if isinstance(source, Constant):
                values[name] = self._run.fill(source.value)
            elif isinstance(source, FromInput):
                values[name] = given[source.name]
            elif isinstance(source, FromTask):
                values[name] = (before[source.task] or {})[source.name]
            else:
                values[name] = self._final_status(source.task)
        return values

    def _final_status(self, task: str) -> dict[str, Any]:
        """Return what Kubeflow tells of a task that has ended: how, and nothing of why.

        A loop without a turn is never said to have ended, and neither is what holds it (Kubeflow Pipelines 2.17.0).
        """
        good = "RUNNING" if self._idle_loop else "COMPLETE"
        return {
            "state": "FAILED" if self._failure else good,
            "pipelineJobResourceName": self._run.folder.name,
            "pipelineTaskName": task,
            "error": {},
        }

    async def _dag(self, dag: Dag, values: Mapping[str, Any], where: Turn) -> None:
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
        where: Turn,
    ) -> None:
        """Wait, run one task, and tell those who wait for it: its outputs, or None if it was skipped."""
        before = {name: await ended[name] for name in task.after}
        values: dict[str, Any] = {}
        skipped = None in before.values()
        if not skipped:
            values = self._values(task, given, before)
            skipped = task.condition is not None and not task.condition.holds(values)
        if skipped:
            self._skip(task)
            ended[task.name].set_result(None)
        else:
            ended[task.name].set_result(await self._turns(task, values, where))

    async def _turns(self, task: Task, values: dict[str, Any], where: Turn) -> dict[str, Any]:
        """Run a task, once or for each element of its loop's list."""
        if task.loop is None:
            return await self._body(task, values, where)
        loop, items = task.loop, values[task.loop.items]
        if not items:
            self._idle_loop = True
            self._skip(task)
            return {}
        for leaf in task.body.leaves() if isinstance(task.body, Dag) else (task,):
            self._view.turns(leaf.name, len(items))
        most = min(loop.limit or len(items), len(items))
        limit = asyncio.Semaphore(most)

        async def turn(number: int, item: Any) -> None:
            async with limit:
                inner = Turn(f"{where.suffix}.{number}", where.at_once * most)
                await self._body(task, {**values, loop.item: item}, inner)

        async with asyncio.TaskGroup() as group:
            for number, item in enumerate(items):
                group.create_task(turn(number, item))
        return {}

    async def _body(self, task: Task, values: dict[str, Any], where: Turn) -> dict[str, Any]:
        if isinstance(task.body, Dag):
            await self._dag(task.body, values, where)
            return {}
        written, files = await self._launcher.launch(task, task.body, values, where)
        if not where.suffix:
            self._results.parameters[task.name], self._results.artifacts[task.name] = written, files
        return written

    def _skip(self, task: Task) -> None:
        for leaf in task.body.leaves() if isinstance(task.body, Dag) else (task,):
            self._view.skipped(leaf.name)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the failure that came first; those after it are its consequences."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
