"""What the steps of a run print: shown, and followed while they run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from maskline.contract.errors import InvalidInput, NotFound
from maskline.pipelines.kubeflow.runs.container_log import NoLog, own_lines
from maskline.pipelines.kubeflow.runs.steps import Part, Planned, Step
from maskline.pipelines.kubeflow.runs.watch import Look, Watch

Say = Callable[[str], None]


def show_logs(watch: Watch, step: str, tell: Say, note: Say, every_s: float) -> None:
    """Print the log of a step, or of all steps one after the other, until it has ended.

    step: its title, the name of its task, or as much of either as tells it from others; "" stands for all.
    tell, note: where the logs' own lines go, and remarks about them.
    Of a loop, the parts that failed come first. Lines of Kubeflow's launcher are left out, but for its errors.
    Raises InvalidInput when there is no such step, NotFound when the run ended before it began, NoLog when nothing of
    it can be had.
    """
    printer = _Printer(watch, tell, note)
    begun = True
    for look in watch.looks(every_s, note):
        chosen = _chosen(watch, look, step)
        steps = [one for one in look.steps if one.planned in chosen]
        if begun and step and not any(one.parts for one in steps) and not look.over:
            begun = False
            note(f"{chosen[0].title} has not begun yet")
        if printer.go_on(steps, over=look.over) and step and steps:
            break
    if step and not steps:
        raise NotFound(f"run {watch.run} ended before {chosen[0].title} began")
    if not printer.anything and printer.missing:
        raise NoLog(printer.missing[0])


def _chosen(watch: Watch, look: Look, name: str) -> list[Planned]:
    """Return the steps that a name stands for, begun or not."""
    there = {one.task: one for one in (*watch.planned, *(step.planned for step in look.steps))}
    if not name:
        return list(there.values())
    exact = [one for one in there.values() if name in {one.title, one.task}]
    alike = [one for one in there.values() if one.title.startswith(name) or one.task.startswith(name)]
    found = exact or alike
    if len(found) != 1:
        titles = ", ".join(one.title for one in (found or there.values()))
        what = (
            f"'{name}' is more than one step of run {watch.run}" if found else f"run {watch.run} has no step '{name}'"
        )
        raise InvalidInput(f"{what}: {titles or 'none has begun'}")
    return found


@dataclass
class _Printer:
    """Prints what has not been printed yet."""

    watch: Watch
    tell: Say
    note: Say
    missing: list[str] = field(default_factory=list)
    anything: bool = False
    printed: dict[str, list[str]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def go_on(self, steps: list[Step], *, over: bool) -> bool:
        """Print the news of some steps, log after log; return whether all of them have ended.

        A log that is still being written holds up those behind it.
        """
        for step in steps:
            for name, part in _containers(step):
                for number, attempt in enumerate(part.attempts, 1):
                    ended = over or bool(part.node.ended) or number < len(part.attempts)
                    which = f", attempt {number}" if len(part.attempts) > 1 else ""
                    if attempt not in self.closed:
                        self._print(name + which, attempt, ended=ended)
                    if not ended:
                        return False
            if not (over or step.state in {"done", "failed"}):
                return False
        return True

    def _print(self, name: str, attempt: str, *, ended: bool) -> None:
        try:
            text = self.watch.log(attempt)
        except NoLog as error:
            if ended:
                self.closed.add(attempt)
                self.missing.append(str(error))
            if ended or name not in self.told:
                self.told.add(name)
                self.note(f"{name}: {error}")
            return
        if attempt not in self.printed:
            self.note(f"--- {name} ---")
        before = self.printed.get(attempt, [])
        lines = own_lines(text, launcher_too=ended and not before)
        for line in _news(before, lines):
            self.tell(line)
            self.anything = True
        self.printed[attempt] = lines
        if ended:
            self.closed.add(attempt)


def _containers(step: Step) -> Iterator[tuple[str, Part]]:
    """Yield what ran of a step, by name: the parts that failed first; where none began, what failed to prepare it."""
    title = step.planned.title
    for part in (*step.failed, *(part for part in step.parts if part not in step.failed)):
        name = title if step.parts else f"{title}, Kubeflow's driver"
        yield name if part.turn is None or step.of == 1 else f"{name}, part {part.turn + 1} of {step.of}", part


def _news(before: list[str], now: list[str]) -> Iterator[str]:
    """Yield the lines that have come since; a node keeps only the end of a very long log."""
    start = len(before)
    if now[:start] != before:
        last = [number for number, line in enumerate(now, 1) if line == before[-1]]
        start = last[-1] if last else 0
    yield from now[start:]
