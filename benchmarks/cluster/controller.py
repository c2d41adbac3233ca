"""When the pods of a run start and end: Argo's workflow controller and a cluster of so many cores, second by second.

The controller looks at a workflow a fixed time after something about it has changed, and changes meanwhile are seen in
the same look.  (Argo Workflows 4.0, workflow/controller: every event of a pod or of the workflow goes through
`wfQueue.AddRateLimited`, whose rate limiter answers DEFAULT_REQUEUE_TIME, 10 s.)  A pod is made in a look only, so each
starts a look after the last one it waits for.
"""

import heapq
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import count

from cluster.pods import Lane, Pod

REQUEUE_S = 10.0
"""DEFAULT_REQUEUE_TIME where nobody has set it."""
LOOK_S = 0.4
"""From a look until the controller hears of the pods it made.  Recorded runs had 10.0 to 10.6 s from look to look."""
PHASE_S = 1.8
"""From the end of a pod's containers until Kubernetes calls the pod ended: the kubelet tells it in a second or two."""

_ROUNDING = 1e-6  # of cores that were taken and given back


@dataclass(frozen=True)
class Cluster:
    """Where the pods run."""

    requeue_s: float = REQUEUE_S
    cores: float = math.inf
    """What the pods of the run may ask for together: the nodes' less what else runs on them."""


@dataclass
class Span:
    """When a pod was made, when it started and when its containers were over, in seconds since the run's start."""

    made: float
    started: float = math.inf
    over: float = math.inf


class _Event(Enum):
    LOOK = "the controller looks at the workflow"
    OVER = "a pod's containers have ended"
    ENDED = "the pod counts as ended and leaves its cores"


def simulate(pods: Sequence[Pod], cluster: Cluster) -> tuple[float, dict[str, Span]]:
    """Return how long the run takes, in seconds, and the spans of its pods.

    Raises ValueError if a pod asks for more than the cluster has.
    """
    for pod in pods:
        if pod.cores > cluster.cores:
            raise ValueError(f"pod {pod.name} asks for {pod.cores:g} cores and the cluster has {cluster.cores:g}")
    run = _Run(pods, cluster)
    return run.to_its_end(), run.spans


class _Run:
    def __init__(self, pods: Sequence[Pod], cluster: Cluster) -> None:
        self.spans: dict[str, Span] = {}
        self._requeue_s, self._free = cluster.requeue_s, cluster.cores
        self._unmade = list(pods)
        self._waiting: list[Pod] = []  # for cores
        self._ended: set[str] = set()
        self._left = Counter(lane for pod in pods for lane in pod.lanes)
        self._begun: set[Lane] = set()
        self._events: list[tuple[float, int, _Event, Pod | None]] = []
        self._numbers = count()  # what happens at the same time happens in the order in which it was foreseen
        self._looks_ahead = False

    def to_its_end(self) -> float:
        everything = len(self._unmade)
        self._look(0.0)
        while True:
            now, _, event, pod = heapq.heappop(self._events)
            if pod is None:
                if len(self._ended) == everything:
                    return now
                self._look(now)
                continue
            if event is _Event.ENDED:
                self._end(pod)
                self._start(now)
            self._changed(now)

    def _look(self, now: float) -> None:
        """Make the pods that wait for nothing any more."""
        self._looks_ahead = False
        ready = []
        for pod in self._unmade:
            if pod.after <= self._ended and all(self._may_run(lane) for lane in pod.lanes):
                self._begun.update(pod.lanes)
                ready.append(pod)
        self._unmade = [pod for pod in self._unmade if pod not in ready]
        self._waiting += ready
        self.spans |= {pod.name: Span(now) for pod in ready}
        if ready:
            self._start(now)
            self._changed(now + LOOK_S)

    def _may_run(self, lane: Lane) -> bool:
        beside = sum(other.loop == lane.loop for other in self._begun)
        return lane in self._begun or not lane.limit or beside < lane.limit

    def _start(self, now: float) -> None:
        """Start the pods for which there are cores, in the order in which they were made."""
        for pod in tuple(self._waiting):
            if pod.cores <= self._free + _ROUNDING:
                self._waiting.remove(pod)
                self._free -= pod.cores
                span = self.spans[pod.name]
                span.started, span.over = now, now + pod.seconds
                self._foresee(span.over, _Event.OVER, pod)
                self._foresee(span.over + PHASE_S, _Event.ENDED, pod)

    def _end(self, pod: Pod) -> None:
        self._free += pod.cores
        self._ended.add(pod.name)
        self._left.subtract(pod.lanes)
        self._begun -= {lane for lane in pod.lanes if not self._left[lane]}

    def _changed(self, now: float) -> None:
        if not self._looks_ahead:
            self._looks_ahead = True
            self._foresee(now + self._requeue_s, _Event.LOOK)

    def _foresee(self, when: float, event: _Event, pod: Pod | None = None) -> None:
        heapq.heappush(self._events, (when, next(self._numbers), event, pod))
