"""Work that may succeed later is tried again where it runs, in a process started anew.

Kubeflow Pipelines 2.17, as it comes, starts a container again only if its pod was lost, never if it failed (seen on
2.17.0: `templateDefaults.retryStrategy.retryPolicy: OnError`). Servers before that did so; then each attempt of theirs
holds those here, and what is done is found done.
"""

import ctypes
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from maskline.contract.errors import FolderUnavailable, Interrupted, MasklineError, StoreUnavailable
from maskline.contract.log import event

DONE = 0
FAILED = 1
"""The stage failed; the same call may succeed later."""
INVALID = 2
"""The call itself is at fault; repeating it is of no use."""
FIRST_PAUSE_S = 5.0
_MEMORY = (Path("/sys/fs/cgroup/memory.events"), Path("/sys/fs/cgroup/memory/memory.oom_control"))
"""Where Linux counts what it ended for want of memory: of control groups version 2, and of version 1."""
_LONGEST = 4000
"""Characters of an error; a child says it before it ends, so it must fit into a pipe."""


@dataclass(frozen=True)
class Ending:
    """How an attempt ended."""

    code: int
    """The exit code for the process."""
    error: str = ""
    """What went wrong, in one line; empty where that has been told already."""
    store_answers: bool = True
    """Whether the store is there to be told of it."""
    asked_to_stop: bool = False
    """Whether somebody wanted it: then it is no fault of the step."""


def once(work: Callable[[], None]) -> Ending:
    """Do `work`, and turn a failure into its ending; an unexpected one leaves its traceback on standard error."""
    try:
        work()
    except MasklineError as fault:
        code = FAILED if isinstance(fault, Interrupted) else INVALID
        store_answers = isinstance(fault, FolderUnavailable) or not isinstance(fault, StoreUnavailable)
        return Ending(code, _line(str(fault)), store_answers)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is told, and may pass
        traceback.print_exc(file=sys.stderr)
        return Ending(FAILED, _line(f"{type(fault).__name__}: {fault}".rstrip(": ")))
    return Ending(DONE)


def _line(error: str) -> str:
    return " ".join(error.splitlines())[:_LONGEST]


def persistently(work: Callable[[], None], retries: int, first_pause_s: float = FIRST_PAUSE_S) -> Ending:
    """Do `work` in a process of its own, which is started anew at most `retries` times, and return how it ended.

    The pause doubles each time.  Not tried again: a call that is at fault, work that was asked to stop (SIGTERM), and
    work that the kernel ended for want of memory, since it would come to the same point with the same limit.
    In the process that does the work this function does not return: it leaves with SystemExit.
    """
    pause_s = first_pause_s
    for attempt in range(1, retries + 2):
        killed_before = killed_for_memory()
        child = _Child(work)
        ending = child.wait()
        if ending.code in {DONE, INVALID}:
            return ending
        if killed_for_memory() > killed_before:
            return Ending(FAILED, f"{_stripped(_reason(ending))}: its memory limit was not enough{_limit()}; raise it")
        if child.asked_to_stop:
            return replace(ending, asked_to_stop=True)
        if attempt > retries:
            return ending
        event("attempt.failed", attempt=attempt, of=retries + 1, again_in_s=pause_s, reason=_reason(ending))
        time.sleep(pause_s)
        pause_s *= 2
    raise AssertionError  # the last attempt returns


class _Child:
    """A process that does the work, in a group of its own, and tells by a pipe how it ended."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.asked_to_stop = False
        self._reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent, self._pid = os.getpid(), os.fork()  # no thread is running yet, and what is imported is there already
        if self._pid:
            os.close(writing)
            return
        os.close(self._reading)
        os.setpgid(0, 0)  # a signal for the group reaches the parent alone, which passes it on: once
        end_with_parent(parent)
        ending = once(work)
        with os.fdopen(writing, "w") as pipe:
            json.dump(asdict(ending), pipe)
        sys.exit(ending.code)

    def wait(self) -> Ending:
        """Wait for the end, passing SIGTERM on, and end whatever the process has left behind."""
        before = signal.signal(signal.SIGTERM, self._stop)
        try:
            _, status = os.waitpid(self._pid, 0)
        finally:
            signal.signal(signal.SIGTERM, before)
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        with os.fdopen(self._reading) as pipe:
            said = pipe.read()
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            return Ending(128 - code, f"its process was ended by {signal.Signals(-code).name}")
        if said:
            return Ending(**(json.loads(said) | {"code": code}))
        return Ending(code)  # it left by itself, and has said why

    def _stop(self, number: int, _frame: object) -> None:
        self.asked_to_stop = True
        os.kill(self._pid, number)


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent, process `parent`, is gone: prctl(2), PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def killed_for_memory() -> int:
    """Return how many processes of this container the kernel has ended for want of memory; 0 where it does not say."""
    for file in _MEMORY:
        if file.exists():
            counts = dict(line.split() for line in file.read_text("ascii").splitlines())
            return int(counts.get("oom_kill", 0))
    return 0


def _limit() -> str:
    """Return the container's memory limit in words, or ""."""
    for file in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        if file.exists() and (text := file.read_text("ascii").strip()).isdigit() and int(text) < 1 << 50:
            return f" ({int(text) / (1 << 20):.0f} MiB)"
    return ""


def _reason(ending: Ending) -> str:
    return ending.error or f"exit code {ending.code}"


def _stripped(error: str) -> str:
    return error.removesuffix("; was there enough memory?")
