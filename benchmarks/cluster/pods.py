"""The pods that one run of a pipeline starts, and which wait for which.

Kubeflow Pipelines 2.17 starts a driver for the root, for every condition, exit handler and loop, for every iteration
of a loop, and for every container; then the container's own pod, in which a launcher starts the container.  A loop over
an empty list costs its driver, and so does a condition that does not hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from cluster.pipeline import Kind, Pipeline, Task

DRIVER_S = 3.8
"""From a driver pod's start until its containers are over.  3 to 4 s in the recordings, in whole seconds."""
LAUNCHER_S = 3.2
"""The same of a container's pod, without what the container works.  A stage that finds its work done takes another
1.2 s, as Python and its imports do, and such pods took 4 to 5 s."""
DRIVER_CORES = 0.1
"""What KFP's driver asks for."""
_RETRIED = 2
"""Nodes of whatever has a retry strategy, as all that KFP compiles has: one for it and one for its attempt."""


@dataclass(frozen=True)
class Work:
    """What there is to do in one run."""

    seconds: Mapping[str, float]
    """Step -> how long its container works, in each iteration if it is in a loop.  A condition holds if a step in it
    is named here."""
    iterations: Mapping[str, int] = field(default_factory=dict)
    """Step in a loop -> how many iterations the loop around it has; 0 if it is not named."""
    fails: frozenset[str] = frozenset()
    """Steps that fail."""
    cores: Mapping[str, float] = field(default_factory=dict)
    """Step -> what its pod asks for, where that is not what the file says."""


@dataclass(frozen=True)
class Lane:
    """One iteration of a loop: it begins when fewer than `limit` others of the same loop run."""

    loop: str
    number: int
    limit: int


@dataclass(frozen=True)
class Pod:
    """A pod, from what it waits for to what it takes."""

    name: str
    after: frozenset[str]
    overhead_s: float
    """From its start until its containers are over, what they work left out."""
    work_s: float
    cores: float
    lanes: tuple[Lane, ...]
    nodes: int
    """How many nodes of Argo's workflow stand for it and for what it drives."""

    @property
    def seconds(self) -> float:
        """From its start until its containers are over."""
        return self.overhead_s + self.work_s


@dataclass(frozen=True)
class _Place:
    """Where in a pipeline a task is expanded: behind which pods, in which iterations."""

    after: frozenset[str]
    lanes: tuple[Lane, ...] = ()

    def behind(self, pods: Iterable[str]) -> "_Place":
        return _Place(self.after | frozenset(pods), self.lanes)

    def name(self, task: str) -> str:
        return task + "".join(f"[{lane.number}]" for lane in self.lanes)


def expand(pipeline: Pipeline, work: Work) -> list[Pod]:
    """Return the pods of a run.

    Raises ValueError if `work` names a step that the pipeline does not have, or leaves out one that would run.
    """
    unknown = {*work.seconds, *work.iterations, *work.fails, *work.cores} - pipeline.steps()
    if unknown:
        raise ValueError(f"pipeline {pipeline.name} has no step '{min(unknown)}'")
    expansion = _Expansion(work)
    place = _Place(frozenset([expansion.driver("root", _Place(frozenset()), 2 * _RETRIED)]))  # the workflow, the root
    expansion.tasks([task for task in pipeline.tasks if not task.at_exit], place)
    everything = place.behind(pod.name for pod in expansion.pods)
    for task in pipeline.tasks:
        if task.at_exit:
            expansion.task(task, everything)
    return expansion.pods


def longest_chain(pods: Iterable[Pod]) -> list[str]:
    """Return the names of the most pods that follow one another, of several such chains the one that works longest."""
    by_name = {pod.name: pod for pod in pods}
    best: dict[str, tuple[int, float, list[str]]] = {"": (0, 0.0, [])}
    for name in TopologicalSorter({pod.name: pod.after for pod in by_name.values()}).static_order():
        pod = by_name[name]
        count, seconds, chain = max((best[before] for before in pod.after), default=best[""])
        best[name] = (count + 1, seconds + pod.seconds, [*chain, name])
    return max(best.values())[2]


class _Expansion:
    """Collects pods; every method returns the pods that were added, by name."""

    def __init__(self, work: Work) -> None:
        self.pods: list[Pod] = []
        self._work = work

    def tasks(self, tasks: Iterable[Task], place: _Place) -> tuple[list[str], bool]:
        """Add the tasks of one DAG.  Returns whether they went well, too."""
        named = {task.name: task for task in tasks}
        ended: dict[str, list[str]] = {}
        well = True
        for name in TopologicalSorter({name: task.after for name, task in named.items()}).static_order():
            task = named[name]
            if task.after <= ended.keys():
                pods, went_well = self.task(task, place.behind(pod for before in task.after for pod in ended[before]))
                well = well and went_well
                if went_well:
                    ended[name] = pods
        return [pod for pods in ended.values() for pod in pods], well

    def task(self, task: Task, place: _Place) -> tuple[list[str], bool]:
        """Add one task: its driver and what is behind it."""
        skipped = task.kind is Kind.CONDITION and not any(step in self._work.seconds for step in task.steps())
        beside = (task.kind is Kind.LOOP) + _RETRIED * task.at_exit  # the group of iterations, the exit hook
        driver = self.driver(task.name, place, 1 if skipped else _RETRIED + beside)
        inside = _Place(frozenset([driver]), place.lanes)
        if task.kind is Kind.STEP:
            return [driver, self._container(task, inside)], task.name not in self._work.fails
        if skipped:
            return [driver], True
        pods, well = self._iterations(task, inside) if task.kind is Kind.LOOP else self.tasks(task.tasks, inside)
        return [driver, *pods], well

    def driver(self, name: str, place: _Place, driven: int) -> str:
        """Add the driver of a task.  driven: how many nodes stand for what it drives, containers left out."""
        named, nodes = place.name(f"{name}-driver"), _RETRIED + driven
        return self._pod(Pod(named, place.after, DRIVER_S, 0.0, DRIVER_CORES, place.lanes, nodes))

    def _iterations(self, loop: Task, place: _Place) -> tuple[list[str], bool]:
        pods, well = [], True
        for number in range(max(self._work.iterations.get(step, 0) for step in loop.steps())):
            lane = Lane(place.name(loop.name), number, loop.limit)
            iteration = _Place(place.after, (*place.lanes, lane))
            item = self.driver(f"{loop.name}-item", iteration, 2 * _RETRIED)
            inner, went_well = self.tasks(loop.tasks, _Place(frozenset([item]), iteration.lanes))
            pods += [item, *inner]
            well = well and went_well
        return pods, well

    def _container(self, step: Task, place: _Place) -> str:
        if step.name not in self._work.seconds:
            raise ValueError(f"step '{step.name}' runs, and nothing says for how many seconds")
        works, cores = self._work.seconds[step.name], self._work.cores.get(step.name, step.cores)
        return self._pod(Pod(place.name(step.name), place.after, LAUNCHER_S, works, cores, place.lanes, _RETRIED))

    def _pod(self, pod: Pod) -> str:
        self.pods.append(pod)
        return pod.name
