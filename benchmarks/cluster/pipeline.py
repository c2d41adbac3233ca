"""Reads from a compiled Kubeflow pipeline what decides how many pods it costs, of any version, and no more."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml


class Kind(Enum):
    """What a task is to Kubeflow."""

    STEP = "a container"
    HANDLER = "what an exit handler guards"
    CONDITION = "tasks that run if a condition holds"
    LOOP = "tasks that run once per item of a list"


@dataclass(frozen=True)
class Task:
    """One node of a pipeline."""

    name: str
    kind: Kind
    after: frozenset[str]
    """The tasks beside it that must have ended."""
    tasks: tuple["Task", ...] = ()
    """Those inside; a container has none."""
    cores: float = 0.0
    """What a container asks for."""
    limit: int = 0
    """How many iterations of a loop run at a time; 0: all."""
    at_exit: bool = False
    """It runs when the others have ended, well or not."""

    def steps(self) -> Iterator[str]:
        """Yield the names of the containers in it, or its own."""
        if self.kind is Kind.STEP:
            yield self.name
        for task in self.tasks:
            yield from task.steps()


@dataclass(frozen=True)
class Pipeline:
    """A compiled pipeline."""

    name: str
    tasks: tuple[Task, ...]
    json_bytes: int
    """Size of the file, both documents, as JSON without blanks."""

    def steps(self) -> frozenset[str]:
        """Return the names of all containers."""
        return frozenset(name for task in self.tasks for name in task.steps())


def read(path: Path) -> Pipeline:
    """Read a compiled pipeline.  Raises OSError, and KeyError if the file is not one."""
    documents = list(yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader))
    spec = documents[0]
    size = sum(len(json.dumps(document, separators=(",", ":"))) for document in documents)
    return Pipeline(spec["pipelineInfo"]["name"], _tasks(spec["root"], spec), size)


def _tasks(component: Mapping[str, Any], spec: Mapping[str, Any]) -> tuple[Task, ...]:
    return tuple(_task(name, task, spec) for name, task in component["dag"]["tasks"].items())


def _task(name: str, task: Mapping[str, Any], spec: Mapping[str, Any]) -> Task:
    component = spec["components"][task["componentRef"]["name"]]
    trigger = task.get("triggerPolicy", {})
    kind, cores = _kind(task, component), 0.0
    if kind is Kind.STEP:
        container = spec["deploymentSpec"]["executors"][component["executorLabel"]]["container"]
        cores = container.get("resources", {}).get("cpuRequest", 0.0)
    return Task(
        name=name,
        kind=kind,
        after=frozenset(task.get("dependentTasks", [])) | _producers(task),
        tasks=() if kind is Kind.STEP else _tasks(component, spec),
        cores=cores,
        limit=int(task.get("iteratorPolicy", {}).get("parallelismLimit", 0)),
        at_exit=trigger.get("strategy") == "ALL_UPSTREAM_TASKS_COMPLETED",
    )


def _kind(task: Mapping[str, Any], component: Mapping[str, Any]) -> Kind:
    if "dag" not in component:
        return Kind.STEP
    if "parameterIterator" in task:
        return Kind.LOOP
    return Kind.CONDITION if "condition" in task.get("triggerPolicy", {}) else Kind.HANDLER


def _producers(task: Mapping[str, Any]) -> frozenset[str]:
    """Return the tasks whose outputs a task takes."""
    sources = task.get("inputs", {}).get("parameters", {}).values()
    return frozenset(
        source["taskOutputParameter"]["producerTask"] for source in sources if "taskOutputParameter" in source
    )
