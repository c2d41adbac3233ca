"""The log of a training: one line per event on standard output, and the same as JSON lines for `log.jsonl`."""

import json
import time
from collections.abc import Callable
from typing import Any

from maskline.contract.log import event


class Journal:
    """What happened so far, across interruptions.

    A process whose `speaks` is False keeps silent: all but the first of several.  clock: seconds since 1970.
    lines: every event with its name, `event`, the time, `at`, and its figures.
    """

    def __init__(self, text: str = "", *, speaks: bool = True, clock: Callable[[], float] = time.time) -> None:
        self.lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
        self._speaks, self._clock = speaks, clock

    def note(self, name: str, shown: dict[str, Any], kept: dict[str, Any] | None = None) -> None:
        """Record an event.  shown: figures printed and kept.  kept: what only the file needs."""
        if self._speaks:
            event(f"train.{name}", **shown)
            self.lines.append({"event": name, "at": round(self._clock(), 3)} | shown | (kept or {}))

    def latest(self, name: str) -> dict[str, Any]:
        """Return the last event of this name, or nothing."""
        return next((line for line in reversed(self.lines) if line["event"] == name), {})

    @property
    def text(self) -> str:
        """Every event as a line of JSON."""
        return "".join(f"{json.dumps(line)}\n" for line in self.lines)
