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
_TRY = re.compile(r"\((\d+)\)")
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
    """One container of a step: the only one, or that of one turn of a loop; with all the pods it was tried in."""

    turn: int | None
    """Counted from 0; None outside of loops."""
    node: Node
    """The last that was begun: Argo tries what surrounds a container again, too."""
    attempts: tuple[str, ...]
    """The ids of all pods, the first one first."""
    state: State


@dataclass(frozen=True)
class Step:
    """A step of a run, as far as it has come."""

    planned: Planned
    parts: tuple[Part, ...]
    """Those that have begun, in the order of their turns."""
    of: int
    """How many parts there will be, as far as is known."""
    drivers: tuple[Part, ...]
    """What prepares the parts."""
    complete: bool
    """Whether no part will come any more."""

    @property
    def state(self) -> State:
        """How the whole is: failed as soon as one part is, done when all are."""
        states = {part.state for part in (*self.parts, *self.drivers)}
        if "failed" in states:
            return "failed"
        if not self.parts:
            return "waiting"
        return "done" if self.complete and {part.state for part in self.parts} == {"done"} else "running"

    @property
    def done(self) -> int:
        """How many parts have ended well."""
        return sum(part.state == "done" for part in self.parts)

    @property
    def failed(self) -> tuple[Part, ...]:
        """The parts that failed for good; where none has begun, what failed to prepare them."""
        found = self.parts or self.drivers
        return tuple(part for part in found if part.state == "failed")

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
    by_name = {node.name: node for node in nodes}
    containers, drivers = _by_task(_CONTAINER, by_name), _by_task(_DRIVER, by_name)
    tasks = containers.keys() | (drivers.keys() & planned.keys())
    steps = []
    for task in tasks:
        parts = containers.get(task, [])
        loops = {_place(part.node.name)[0] for part in parts if part.turn is not None}
        of = sum(turns.get(loop, 0) for loop in loops) if loops else 1
        # A loop that Argo has not closed yet may have turns to come.
        closed = all((node := by_name.get(loop.rpartition("(")[0])) and node.ended for loop in loops)
        what = planned.get(task) or Planned(task, task, "")
        steps.append(Step(what, tuple(parts), max(of, len(parts)), tuple(drivers.get(task, ())), closed))
    return sorted(steps, key=_began)


def _by_task(kind: re.Pattern[str], by_name: Mapping[str, Node]) -> dict[str, list[Part]]:
    """Return the parts of all tasks, those of each in the order of their turns.  kind: what tells their nodes."""
    tries: dict[tuple[str, int | None], list[Node]] = {}
    for node in sorted(by_name.values(), key=lambda node: [int(number) for number in _TRY.findall(node.name)]):
        if match := kind.search(node.name):
            tries.setdefault((match[1], _place(node.name)[1]), []).append(node)
    found: dict[str, list[Part]] = {}
    for (task, turn), nodes in sorted(tries.items(), key=lambda one: one[0][1] or 0):
        pods = tuple(attempt for node in nodes for attempt in node.attempts)
        found.setdefault(task, []).append(Part(turn, nodes[-1], pods, _state(nodes[-1], by_name)))
    return found


def _state(node: Node, by_name: Mapping[str, Node]) -> State:
    """Return the state of what a node runs: not failed for good while what surrounds it may be tried again."""
    if node.state == "SUCCEEDED":
        return "done"
    around = by_name.get(node.name.rpartition(").")[0].rpartition("(")[0])
    again = around is not None and around.name.rpartition(".")[2] != "root" and around.state == "RUNNING"
    return "failed" if node.state == "FAILED" and not again else "running"


def _place(name: str) -> tuple[str, int | None]:
    """Return the loop in which a node is, by the name of its attempt, and the turn; "" and None outside of loops."""
    match = _TURN.search(name)
    return (name[: match.start()], int(match[1])) if match else ("", None)


def _began(step: Step) -> tuple[bool, str, str]:
    started = step.started or min((part.node.started for part in step.drivers if part.node.started), default=None)
    return started is None, started.isoformat() if started else "", step.planned.task


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


def _asks(resources: Mapping[str, Any]) -> str:
    gpu = resources.get("accelerator", {})
    asked = {
        "cpu": resources.get("resourceCpuRequest"),
        "memory": resources.get("resourceMemoryRequest"),
        gpu.get("resourceCount", ""): gpu.get("resourceType"),
    }
    return ", ".join(f"{what} {much}" for what, much in asked.items() if what and much)
