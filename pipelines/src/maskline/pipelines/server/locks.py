"""Locks on files, held by processes and given back by the kernel when a process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path` until the block ends; wait for whoever holds it."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def opened(path: Path) -> int:
    """Open `path` for locking; return the descriptor."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(descriptor: int) -> bool:
    """Lock the open file for this process alone, if nobody else holds it; say whether that was so."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(descriptor: int) -> None:
    """Lock the open file together with whoever else shares it."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def is_locked(path: Path) -> bool:
    """Say whether some process holds the lock of `path`."""
    descriptor = opened(path)
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)
