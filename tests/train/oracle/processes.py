"""Processes as /proc shows them: whose children there are, and whether they have ended."""

import time
from collections.abc import Iterable
from pathlib import Path

WAIT_S = 120


def children(pid: int) -> list[int]:
    """Return the processes that the first thread of `pid` has started; none if it is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_running(pid: int) -> bool:
    """Say whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def require_gone(pids: Iterable[int]) -> None:
    """Wait until all of them have ended.  Raises AssertionError if that does not happen."""
    deadline = time.monotonic() + WAIT_S
    while alive := [pid for pid in pids if is_running(pid)]:
        assert time.monotonic() < deadline, f"still running: {alive}"
        time.sleep(0.05)
