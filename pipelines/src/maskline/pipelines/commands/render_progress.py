"""How far a run of the render stage is: a bar on a terminal, the stage's own lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft
from rich.text import Text

EVENT = "render.progress"
"""The stage's line that says `drawn=` and `samples=`."""
TOLD = "render.not_drawn"
"""Its line for people: what of the source was not drawn."""


class Listener:
    """Hears the stage's lines."""

    def __init__(self, console: Console, bar: Progress | None) -> None:
        """bar: what to move, and of other lines TOLD is printed; without one every line but EVENT is."""
        self._console = console
        self._bar = bar
        self._task: TaskID | None = None
        self._started = time.monotonic()
        self._before: int | None = None
        self._drawn = 0

    def heard(self, line: str) -> None:
        """Take one line."""
        name, _, figures = line.partition(" ")
        if name == EVENT:
            told = dict(word.split("=", 1) for word in figures.split())
            self._move(int(told["drawn"]), int(told["samples"]))
        elif self._bar is None or name == TOLD:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def summary(self) -> str:
        """Return what was drawn since the start and how fast, or that nothing had to be."""
        if self._before is None:
            return "it was drawn already"
        drawn = self._drawn - self._before
        seconds = time.monotonic() - self._started
        before = f" ({self._before:,} before)" if self._before else ""
        return f"{drawn:,} samples{before} in {seconds:.1f} s, {drawn / seconds:.0f} samples/s"

    def _move(self, drawn: int, samples: int) -> None:
        if self._before is None:
            self._before = drawn
        self._drawn = drawn
        if self._bar is None:
            return
        if self._task is None:  # what an earlier run drew says nothing of how fast this one is
            self._task = self._bar.add_task("", total=samples, completed=drawn)
        self._bar.update(self._task, completed=drawn)


class _Speed(ProgressColumn):
    """Samples a second, of the last half minute."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.0f} samples/s" if speed else "", style="progress.data.speed")


@contextmanager
def listener(console: Console) -> Iterator[Listener]:
    """Show what is heard on `console` until the block ends, in the way that suits it."""
    if not console.is_terminal:
        yield Listener(console, None)
        return
    left = TextColumn("left", style="dim")
    with Progress(BarColumn(None), MofNCompleteColumn(), _Speed(), TimeLeft(), left, console=console) as bar:
        yield Listener(console, bar)
