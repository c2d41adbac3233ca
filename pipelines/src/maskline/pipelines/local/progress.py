"""What a person sees while a pipeline runs: a line per task, redrawn on a terminal, written as it comes elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

_REDRAWS_PER_S = 4
_QUIET_S = 10.0  # elsewhere than on a terminal, a task's own lines appear at most this often
_STYLES = {
    "waiting": "dim",
    "running": "cyan",
    "done": "green",
    "skipped": "dim",
    "failed": "bold red",
    "stopped": "yellow",
}


class View(Protocol):
    """Told by the runner what happens; `name` is a task's name."""

    def expect(self, name: str, title: str) -> None:
        """Tell of a task that is to come; `title` names it for people."""

    def turns(self, name: str, count: int) -> None:
        """Tell that the task will be run `count` times."""

    def started(self, name: str) -> None:
        """Tell that the task, or one of its turns, started."""

    def line(self, name: str, text: str) -> None:
        """Tell what the task says."""

    def retrying(self, name: str, text: str) -> None:
        """Tell that an attempt failed and when the next one comes."""

    def ended(self, name: str, seconds: float) -> None:
        """Tell that the task, or one of its turns, ended well after `seconds`."""

    def skipped(self, name: str) -> None:
        """Tell that the task's condition does not hold."""

    def failed(self, name: str) -> None:
        """Tell that the task failed for good."""


@dataclass
class _Row:
    title: str
    turns: int = 1
    done: int = 0
    state: Literal["waiting", "running", "done", "skipped", "failed"] = "waiting"
    first_start: float = 0.0
    last_end: float = 0.0
    said: str = ""
    said_at: float = 0.0

    def count(self) -> str:
        return f"{self.done}/{self.turns}" if self.turns > 1 else ""

    def elapsed(self) -> float:
        if not self.first_start:
            return 0.0
        return (self.last_end if self.state in {"done", "failed"} else time.monotonic()) - self.first_start


class _Rows:
    """The state behind both views."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rows: dict[str, _Row] = {}

    def expect(self, name: str, title: str) -> None:
        self._rows[name] = _Row(title)

    def turns(self, name: str, count: int) -> None:
        self._rows[name].turns = count

    def started(self, name: str) -> None:
        row = self._rows[name]
        row.first_start = row.first_start or time.monotonic()
        row.state = "running"

    def line(self, name: str, text: str) -> None:
        if text.strip():
            self._rows[name].said = text.strip()

    def retrying(self, name: str, text: str) -> None:
        self._rows[name].said = text

    def ended(self, name: str, seconds: float) -> None:  # noqa: ARG002 - the plain view says it
        row = self._rows[name]
        row.done += 1
        row.last_end = time.monotonic()
        row.state = "done" if row.done == row.turns else "running"

    def skipped(self, name: str) -> None:
        self._rows[name].state = "skipped"

    def failed(self, name: str) -> None:
        self._rows[name].state, self._rows[name].last_end = "failed", time.monotonic()


class LiveView(_Rows):
    """For a terminal: a table that is redrawn."""

    def __rich__(self) -> Table:
        """Draw the table as it is now."""
        table = Table.grid(padding=(0, 2), expand=True)
        for _ in range(4):
            table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, ratio=1, overflow="ellipsis")
        for row in self._rows.values():
            seconds = f"{row.elapsed():6.1f} s" if row.first_start else ""
            said = Text("" if row.state == "skipped" else row.said, style="dim")
            table.add_row(Text(row.state, _STYLES[row.state]), row.title, row.count(), seconds, said)
        return table


class PlainView(_Rows):
    """For a file or a pipe: what happens, a line each, after the seconds since the start."""

    def __init__(self, console: Console) -> None:
        """Write to `console`."""
        super().__init__(console)
        self._start = time.monotonic()

    def started(self, name: str) -> None:
        """Say that a task started, for a loop once."""
        first = not self._rows[name].first_start
        super().started(name)
        if first:
            self._say(name, "started")

    def line(self, name: str, text: str) -> None:
        """Say what the task says, now and then."""
        super().line(name, text)
        row = self._rows[name]
        if row.said and time.monotonic() - max(row.said_at, row.first_start) > _QUIET_S:
            row.said_at = time.monotonic()
            self._say(name, row.said)

    def retrying(self, name: str, text: str) -> None:
        """Say that an attempt failed."""
        super().retrying(name, text)
        self._say(name, text)

    def ended(self, name: str, seconds: float) -> None:
        """Say that a task ended, and how much of a loop is done."""
        super().ended(name, seconds)
        row = self._rows[name]
        self._say(
            name, f"done {row.count()} in {seconds:.1f} s".replace("  ", " ") + (f" | {row.said}" if row.said else "")
        )

    def skipped(self, name: str) -> None:
        """Say that a task is skipped."""
        super().skipped(name)
        self._say(name, "skipped")

    def failed(self, name: str) -> None:
        """Say that a task failed."""
        super().failed(name)
        self._say(name, "failed")

    def _say(self, name: str, what: str) -> None:
        text = f"{time.monotonic() - self._start:7.1f} s  {self._rows[name].title:<18} {what}"
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress(console: Console) -> Iterator[View]:
    """Show progress on `console` until the block ends, in the way that suits it."""
    if not console.is_terminal:
        yield PlainView(console)
        return
    view = LiveView(console)
    with Live(get_renderable=view.__rich__, console=console, refresh_per_second=_REDRAWS_PER_S):
        yield view
