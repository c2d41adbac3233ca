"""Pods that wait: for a node with room, an image, a volume.  After a minute that is told, with what may be missing."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from maskline.pipelines.kubeflow.runs.watch import Look, Watch

_PATIENCE_S = 60.0
_QUIET_S = 15.0  # Argo is asked at most this often why a pod waits
_KUBEFLOW = "Kubeflow"


@dataclass(frozen=True)
class _Pod:
    """A pod that is there and has not begun."""

    node: str  # the node's id
    title: str  # of its step
    asks: str


class Waiting:
    """Remembers since when each pod waits, and what was told of it."""

    def __init__(self, watch: Watch) -> None:
        """Ask `watch` why."""
        self._watch = watch
        self._since: dict[str, float] = {}
        self._told: dict[str, str] = {}
        self._quiet_until: dict[str, float] = {}

    def news(self, look: Look) -> Iterator[tuple[str, str]]:
        """Yield the title of each step that has waited for a minute, or does no longer, and what there is to say."""
        now = time.monotonic()
        pods = list(_pods(look))
        self._since = {pod.node: self._since.get(pod.node, now) for pod in pods}
        longest: dict[str, _Pod] = {}
        for pod in sorted(pods, key=lambda pod: self._since[pod.node]):
            if now - self._since[pod.node] >= _PATIENCE_S:
                longest.setdefault(pod.title, pod)
        for title, pod in longest.items():
            yield from self._news_of(title, pod, now)
        for title in self._told.keys() - longest.keys():
            del self._told[title]
            yield title, "waits no longer"

    def _news_of(self, title: str, pod: _Pod, now: float) -> Iterator[tuple[str, str]]:
        if now < self._quiet_until.get(title, 0.0):
            return
        self._quiet_until[title] = now + _QUIET_S
        asks = f"it asks for {pod.asks}" if pod.asks else ""
        what = "; ".join(words for words in (self._watch.why(pod.node), asks) if words)
        if what and what != self._told.get(title) and not self._watch.has_begun(pod.node):
            self._told[title] = what
            yield title, f"pending for {now - self._since[pod.node]:.0f} s: {what}"


def _pods(look: Look) -> Iterator[_Pod]:
    known = set()
    for step in look.steps:
        for part in (*step.drivers, *step.parts):
            known.add(part.node.name)
            if part.node.waits:
                asks = "" if part in step.drivers else step.planned.asks
                yield _Pod(part.attempts[-1], step.planned.title, asks)
    for node in look.nodes:  # Kubeflow's own: what counts the turns of a loop, say
        if node.waits and node.name not in known:
            yield _Pod(node.attempts[-1], _KUBEFLOW, "")
