"""The steps of a run as people know them: which there are, what each asks for, and how far it is."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from maskline.pipelines.kubeflow.runs.nodes import Node

_CONTAINER = re.compile(r"\.([^.()]+)(?:\(\d+\))?\.executor$")  # KFP's name for what runs a task's container
_DRIVER = re.compile(r"\.([^.()]+)-driver$")  # what prepares it, in a pod of its own
_TURN = re.compile(r"\.iteration-iterations\((\d+):\d+\)")
State = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True)
class Planned:
    """A step as the pipeline declares it."""

    task: str
    title: str
    asks: str
    """What its container asks the cluster for: "cpu 4, memory 8Gi, 1 nvidia.com/gpu"."""


@dataclass(frozen=True)
class Part:
    """One container of a step: the only one, or that of one turn of a loop."""

    turn: int | None
    """Counted from 0; None outside of loops."""
    node: Node


@dataclass(frozen=True)
class Step:
    """A step of a run, as far as it has come."""

    planned: Planned
    parts: tuple[Part, ...]
    """Those that have begun, in the order of their turns."""
    of: int
    """How many parts there will be, as far as is known."""
    drivers: tuple[Node, ...]
    state: State

    @property
    def done(self) -> int:
        """How many parts have ended well."""
        return sum(part.node.state == "SUCCEEDED" for part in self.parts)

    @property
    def failed(self) -> tuple[Part, ...]:
        """The parts that failed for good."""
        return tuple(part for part in self.parts if part.node.state == "FAILED")

    @property
    def started(self) -> datetime | None:
        """When its first part was started."""
        return min((part.node.started for part in self.parts if part.node.started), default=None)

    @property
    def seconds(self) -> float:
        """How long it has taken: from the start of its first part to the end of its last."""
        ended = max((part.node.ended for part in self.parts if part.node.ended), default=None)
        return (ended - self.started).total_seconds() if ended and self.started else 0.0


def planned_steps(spec: Mapping[str, Any]) -> dict[str, Planned]:
    """Return the steps of a pipeline, as the server keeps it, by the names of their tasks, in the order of the flow."""
    return {
        name: Planned(name, task.get("taskInfo", {}).get("name", name), _asks(container.get("resources", {})))
        for name, task, container in _flow(spec, spec.get("root", {}))
    }


def _flow(spec: Mapping[str, Any], component: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, task and container of everything that runs in one, each after what it waits for."""
    tasks = dict(component.get("dag", {}).get("tasks", {}))
    while tasks:
        free = (name for name, task in tasks.items() if not tasks.keys() & set(task.get("dependentTasks", ())))
        name = next(free, next(iter(tasks)))
        task = tasks.pop(name)
        body = spec["components"][task["componentRef"]["name"]]
        if "dag" in body:
            yield from _flow(spec, body)
        else:
            yield name, task, spec["deploymentSpec"]["executors"][body["executorLabel"]].get("container", {})


def loops_of(nodes: Iterable[Node]) -> dict[str, int]:
    """Return the loops that have begun, each with the number of turns that are there: Argo begins a few at a time."""
    turns: dict[str, int] = {}
    for node in nodes:
        loop, turn = _place(node.name)
        if turn is not None:
            turns[loop] = max(turns.get(loop, 0), turn + 1)
    return turns


def steps_so_far(nodes: Sequence[Node], planned: Mapping[str, Planned], turns: Mapping[str, int]) -> list[Step]:
    """Return the steps of a run that have begun, those that began first at the top.

    turns: how many turns each loop has, by the name of the loop's node.
    A step that the pipeline does not tell of, because its version is gone from the server, has its task's name for
    a title.
    """
    by_task: dict[str, list[Node]] = {}
    drivers: dict[str, list[Node]] = {}
    for node in nodes:
        if match := _CONTAINER.search(node.name):
            by_task.setdefault(match[1], []).append(node)
        elif match := _DRIVER.search(node.name):
            drivers.setdefault(match[1], []).append(node)
    over = {node.name for node in nodes if node.ended}
    tasks = by_task.keys() | (drivers.keys() & planned.keys())
    steps = [
        _step(planned.get(task) or Planned(task, task, ""), by_task.get(task, []), drivers.get(task, []), turns, over)
        for task in tasks
    ]
    return sorted(steps, key=_began)


def _step(
    planned: Planned, containers: Iterable[Node], drivers: Iterable[Node], turns: Mapping[str, int], over: set[str]
) -> Step:
    parts = sorted((Part(_place(node.name)[1], node) for node in containers), key=lambda part: part.turn or 0)
    loops = {_place(part.node.name)[0] for part in parts if part.turn is not None}
    of = sum(turns.get(loop, 0) for loop in loops) if loops else 1
    # A loop that Argo has not closed yet may have turns to come.
    complete = all(loop.removesuffix("(0)") in over for loop in loops) and all(part.node.ended for part in parts)
    state: State = "waiting"
    if any(node.state == "FAILED" for node in (*drivers, *(part.node for part in parts))):
        state = "failed"
    elif parts:
        state = "done" if complete else "running"
    return Step(planned, tuple(parts), max(of, len(parts)), tuple(drivers), state)


def _place(name: str) -> tuple[str, int | None]:
    """Return the loop in which a node is, by the name of its attempt, and the turn; "" and None outside of loops."""
    match = _TURN.search(name)
    return (name[: match.start()], int(match[1])) if match else ("", None)


def _began(step: Step) -> tuple[bool, str, str]:
    started = step.started or min((node.started for node in step.drivers if node.started), default=None)
    return started is None, started.isoformat() if started else "", step.planned.task


def _asks(resources: Mapping[str, Any]) -> str:
    gpu = resources.get("accelerator", {})
    asked = {
        "cpu": resources.get("resourceCpuRequest"),
        "memory": resources.get("resourceMemoryRequest"),
        gpu.get("resourceCount", ""): gpu.get("resourceType"),
    }
    return ", ".join(f"{what} {much}" for what, much in asked.items() if what and much)
