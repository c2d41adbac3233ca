"""SIGTERM asks a training to stop: it ends its step, keeps a state and leaves, within the time that it is given."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

GRACE_S = 20.0
"""For the step in progress and its state. Kubernetes ends a pod 30 seconds after SIGTERM, unless told otherwise."""


class Stop:
    """Whether this process was asked to stop; asking again changes nothing."""

    def __init__(self) -> None:
        self._asked_at: float | None = None

    def ask(self) -> None:
        """Ask to stop.  Safe to call from a signal's handler."""
        self._asked_at = self._asked_at or time.monotonic()

    @property
    def asked(self) -> bool:
        """Whether somebody did."""
        return self._asked_at is not None

    @property
    def left_s(self) -> float:
        """Seconds that are left of the grace period."""
        return max(0.0, (self._asked_at or time.monotonic()) + GRACE_S - time.monotonic())


@contextmanager
def on_sigterm(act: Callable[[], object]) -> Iterator[None]:
    """Let SIGTERM call `act` while this block lasts, in the main thread; elsewhere it cannot be heard."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(_number: int, _frame: FrameType | None) -> None:
        act()

    before = signal.signal(signal.SIGTERM, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def leave(why: str) -> NoReturn:
    """End this process as SIGTERM does, but so that blocks are left in order; process 1 of a container would ignore it.

    why: what was stopped, and how it goes on.
    """
    print(f"error: {why}", file=sys.stderr, flush=True)  # noqa: T201 - the one line the user reads
    raise SystemExit(128 + signal.SIGTERM)
