"""CPU time by step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Adds up the CPU seconds of this thread under the name of each step, in the order they first came."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what happens inside."""
        started = time.thread_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0) + time.thread_time() - started

    def add(self, other: "Clock") -> None:
        """Add another clock's seconds, step by step."""
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0) + seconds

    def total(self) -> float:
        """Return the seconds of all steps."""
        return sum(self.seconds.values())

    def table(self, title: str, samples: int) -> str:
        """Return a table of milliseconds per sample."""
        rows = [f"{1000 * seconds / samples:8.2f}  {name}" for name, seconds in self.seconds.items()]
        return "\n".join([title, *rows, f"{1000 * self.total() / samples:8.2f}  CPU ms per sample"])
