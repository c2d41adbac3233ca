"""A run that is looked at again and again, through whatever befalls the server meanwhile."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from maskline.pipelines.kubeflow.runs.argo import Argo, read_argo
from maskline.pipelines.kubeflow.runs.container_log import NoLog, read_log
from maskline.pipelines.kubeflow.runs.nodes import Node, moment, node_id, nodes_of
from maskline.pipelines.kubeflow.runs.steps import Planned, Step, loops_of, planned_steps, steps_so_far
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import ServerUnavailable
from maskline.pipelines.kubeflow.versions import spec_of_run

_PATIENCE_S = 900.0
_SETTLES_S = 60.0  # how long steps may be behind a run that is over: Kubeflow writes the run first, then they follow
_QUIET_S = 60.0  # after which it is asked whether Kubeflow still reads what Argo writes
_QUIET_SHARE = 1 / 20
_OVER = {"SUCCEEDED", "SKIPPED", "FAILED", "CANCELED"}


@dataclass(frozen=True)
class Look:
    """How a run was when it was looked at."""

    state: str
    """As the API says it; "" before there is one."""
    steps: tuple[Step, ...]
    """Those that have begun, those that began first at the top."""
    nodes: tuple[Node, ...]
    seconds: float
    """How long it took, once it is over."""
    canceling: bool
    """Whether it was seen to be on its way to an end that somebody wished."""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in _OVER

    @property
    def settled(self) -> bool:
        """Whether what is told of the steps goes with a run that is over."""
        return _settled(self.nodes)

    @property
    def good(self) -> bool:
        """Whether it has ended well."""
        return self.state in {"SUCCEEDED", "SKIPPED"}


class Watch:
    """Looks at one run, and remembers what does not change."""

    def __init__(self, server: Server, run: str) -> None:
        """Watch the run of this id."""
        self.run = run
        self._server = server
        self._planned: dict[str, Planned] | None = None
        self._turns: dict[str, int] = {}
        self._argo = Argo()
        self._news = _News()

    def looks(self, every_s: float, tell: Callable[[str], None]) -> Iterator[Look]:
        """Yield how the run is, every few seconds, until it is over.

        A server that is away, or fails, is asked again for a quarter of an hour: it may be upgraded while a run goes
        on. `tell` hears when it goes and when it is back.
        """
        heard, away, over = time.monotonic(), False, 0.0
        while True:
            try:
                look = self.look()
            except ServerUnavailable as error:
                if time.monotonic() - heard > _PATIENCE_S:
                    raise
                if not away:
                    tell(f"{error}; asking again")
                away = True
            else:
                if away:
                    tell("the server answers again")
                heard, away = time.monotonic(), False
                over = over or (heard if look.over else 0.0)
                if not over or look.settled or heard - over > _SETTLES_S:
                    yield look
                    if over:
                        return
            time.sleep(every_s)

    def look(self) -> Look:
        """Return how the run is now.  Raises NotKnown, or ServerUnavailable."""
        found = self._server.ask(f"show run {self.run}", self._server.runs.run_service_get_run, self.run)
        if self._planned is None:
            self._planned = planned_steps(spec_of_run(self._server, found))
        state = found.state or ""
        nodes = self._nodes(found, over=state in _OVER)
        return Look(
            state=state,
            steps=tuple(steps_so_far(nodes, self._planned, self._all_turns(nodes))),
            nodes=tuple(nodes),
            seconds=_seconds(found),
            canceling=any(status.state in {"CANCELING", "CANCELED"} for status in found.state_history or ()),
        )

    @property
    def planned(self) -> tuple[Planned, ...]:
        """The steps that the pipeline has; none before the first look, or where its version is gone."""
        return tuple((self._planned or {}).values())

    def log(self, pod: str) -> str:
        """Return what a container has printed so far.  pod: its node's id.  Raises NoLog."""
        name = self._argo.pod(pod) or self._asked().pod(pod)
        return read_log(self._server, self.run, name or pod)

    def has_begun(self, pod: str) -> bool:
        """Tell whether a container prints already: its node's state follows when Argo looks.  pod: its node's id."""
        try:
            self.log(pod)
        except NoLog:
            return False
        return True

    def why(self, pod: str) -> str:
        """Return why a pod is as it is, in Argo's words, "" if it has none.  pod: its node's id."""
        return self._asked().why(pod)

    def ending(self) -> Argo:
        """Return what Argo says of the whole."""
        return self._asked()

    def _nodes(self, found: Any, *, over: bool) -> list[Node]:
        """Return the run's nodes; from Argo where Kubeflow does not read them any more, because they are too many."""
        details = (found.run_details and found.run_details.task_details) or ()
        nodes = nodes_of(details)
        quiet = self._news.quiet(frozenset((one.task_id, one.state) for one in details))
        behind = over and not _settled(nodes)
        if (quiet or behind or self._argo.compressed) and self._asked().compressed:
            return self._argo.nodes()
        return nodes

    def _asked(self) -> Argo:
        found = read_argo(self._server, self.run)
        self._argo = found if found.by_id else self._argo
        return self._argo

    def _all_turns(self, nodes: list[Node]) -> dict[str, int]:
        """Return how many turns each loop that has begun will have."""
        seen = loops_of(nodes)
        for loop in seen.keys() - self._turns.keys():
            counting = f"{loop}.iteration-driver"
            attempts = next((node.attempts for node in nodes if node.name == counting), (node_id(f"{counting}(0)"),))
            self._turns[loop] = self._asked().turns(attempts[-1])
        return {loop: max(turns, self._turns[loop]) for loop, turns in seen.items()}


class _News:
    """Tells when nothing has been new for so long that it may be Kubeflow's fault: seldom, and ever more seldom."""

    def __init__(self) -> None:
        self._last: object = None
        self._since = self._asked = time.monotonic()

    def quiet(self, now: object) -> bool:
        """Return whether to ask somebody else."""
        time_now = time.monotonic()
        if now != self._last:
            self._last, self._since, self._asked = now, time_now, time_now
        due = time_now - self._asked >= max(_QUIET_S, (time_now - self._since) * _QUIET_SHARE)
        if due:
            self._asked = time_now
        return due


def _settled(nodes: Iterable[Node]) -> bool:
    return all(node.state not in {"PENDING", "RUNNING"} for node in nodes)


def _seconds(found: Any) -> float:
    began, ended = moment(found.created_at), moment(found.finished_at)
    return (ended - began).total_seconds() if began and ended else 0.0
