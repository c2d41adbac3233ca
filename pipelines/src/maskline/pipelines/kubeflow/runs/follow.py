"""Following a run to its end: a line when a step begins and when it ends, and little between."""

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from maskline.contract.errors import MasklineError
from maskline.pipelines.kubeflow.runs.container_log import NoLog, last_event
from maskline.pipelines.kubeflow.runs.failure import why_failed
from maskline.pipelines.kubeflow.runs.steps import Step
from maskline.pipelines.kubeflow.runs.waiting import Waiting
from maskline.pipelines.kubeflow.runs.watch import Look, Watch

_QUIET_S = 15.0  # what a step says of itself is asked for at most this often
_QUIET_SHARE = 1 / 20  # and the more seldom the longer it runs: two days of training are some hundred lines


class RunFailed(MasklineError):
    """A run that was waited for did not succeed."""


class RunTerminated(MasklineError):
    """Somebody ended a run that was waited for."""


def follow(watch: Watch, tell: Callable[[str], None], every_s: float, options: str = "") -> None:
    """Tell about a run in its own steps until it has ended.

    options: those by which `maskline logs` reaches the same server.
    Raises RunFailed or RunTerminated unless the run succeeded, ServerUnavailable when nobody answers for too long.
    """
    story = _Story(watch, tell)
    for look in watch.looks(every_s, story.remark):
        story.tell(look)
        if look.good:
            story.say("run", f"done in {look.seconds:.0f} s")
        elif look.over:
            raise _ending(watch, look, story.failures, options)


@dataclass
class _Told:
    """What has been told of one step."""

    since: float
    attempts: int = 1
    said: str = ""
    quiet_until: float = 0.0
    over: bool = False


@dataclass
class _Story:
    """Tells of a run what has not been told yet, after the seconds since it began to."""

    watch: Watch
    line: Callable[[str], None]
    failures: dict[str, str] = field(default_factory=dict)
    """What was said of each step that failed, by its title, in that order."""

    def __post_init__(self) -> None:
        self._start = time.monotonic()
        self._told: dict[str, _Told] = {}
        self._waiting = Waiting(self.watch)

    def say(self, title: str, what: str) -> None:
        """Tell one thing of a step: in the local runner's way."""
        self.line(f"{time.monotonic() - self._start:7.1f} s  {title:<18} {what}")

    def remark(self, what: str) -> None:
        """Tell what is about no step."""
        self.say("", what)

    def tell(self, look: Look) -> None:
        """Tell what is new."""
        for step in look.steps:
            title = step.planned.title
            if step.parts and title not in self._told:
                self._told[title] = _Told(time.monotonic(), quiet_until=time.monotonic() + _QUIET_S)
                self.say(title, "started")
            told = self._told.setdefault(title, _Told(0.0)) if step.state != "waiting" else _Told(0.0)
            if told.over and step.state == "running":  # Argo tries what surrounds it again
                told.over = False
                self.failures.pop(title, None)
            if not told.over and not (look.canceling and step.state == "failed"):
                self._tell_of(step, told)
        if not look.over:
            for title, what in self._waiting.news(look):
                self.say(title, what)

    def _tell_of(self, step: Step, told: _Told) -> None:
        title = step.planned.title
        attempts = max((len(part.attempts) for part in step.parts), default=1)
        if attempts > told.attempts:
            told.attempts = attempts
            self.say(title, f"attempt {attempts - 1} was lost; attempt {attempts} began")
        if step.state == "failed":
            told.over = True
            self.failures[title] = f"failed after {step.seconds:.0f} s: {why_failed(self.watch, step)}"
            self.say(title, self.failures[title])
        elif step.state == "done":
            told.over = True
            count = f" {step.done}/{step.of}" if step.of > 1 else ""
            said = self._said(step)
            self.say(title, f"done{count} in {step.seconds:.0f} s" + (f" | {said}" if said else ""))
        elif step.parts and time.monotonic() > told.quiet_until:
            said = self._said(step)
            if said and said != told.said:
                told.said = said
                self.say(title, said)
            told.quiet_until = time.monotonic() + max(_QUIET_S, (time.monotonic() - told.since) * _QUIET_SHARE)

    def _said(self, step: Step) -> str:
        """Return how far a step is: how many of its parts are done, or what it says itself."""
        if step.of > 1:
            return f"{step.done}/{step.of}" if step.state == "running" and step.done else ""
        try:
            return last_event(self.watch.log(step.parts[0].attempts[-1]))
        except NoLog:  # it will be there later, or is there no longer: neither is a fault of the run
            return ""


def _ending(watch: Watch, look: Look, failures: dict[str, str], options: str) -> MasklineError:
    argo = watch.ending()
    if look.canceling or argo.terminated:
        running = [step.planned.title for step in look.steps if step.state == "failed"]
        return RunTerminated(f"run {watch.run} was terminated" + (f" during {', '.join(running)}" if running else ""))
    if not failures:
        return RunFailed(f"run {watch.run} ended as {look.state}: {argo.message or 'no step failed'}")
    title, said = next(iter(failures.items()))
    others = "".join(f"; {other} failed, too" for other in [*failures][1:])
    return RunFailed(f"{title} {said}{others}\nlog: maskline logs {watch.run} {shlex.quote(title)}{options}")
