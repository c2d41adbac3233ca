"""A process that outlives its owner by a moment, to end what the owner left running.

`kill -9` cannot be caught, so the children of a process killed that way live on. A warden holds the reading end of a
pipe whose writing end only its owner has. When the pipe closes, the owner is gone, and the warden kills every process
group that it was told to watch and not told to forget, and erases the folders it was told of.
"""

import contextlib
import os
import shutil
import signal
import sys
from types import TracebackType
from typing import Self


class Warden:
    """The owner's end of the pipe."""

    def __init__(self) -> None:
        import subprocess

        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # a Ctrl-C meant for the owner must not end the warden first
        )

    def watch(self, group: int) -> None:
        """Kill process group `group` when the owner is gone."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """Leave process group `group` alone: it has ended, or it is somebody else's now."""
        self._tell(f"-{group}\n")

    def erase(self, folder: str) -> None:
        """Remove `folder`, if it is still there, when the owner is gone."""
        self._tell(f"/{folder}\n")

    def close(self) -> None:
        """Kill every group still watched."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> Self:
        """Be the owner's until the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill every group still watched."""
        self.close()

    def _tell(self, line: str) -> None:
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):  # somebody killed the warden: the owner's own clean-up remains
                self._process.stdin.write(line.encode())


def _serve() -> None:
    """Keep the set of watched groups until the pipe closes, then kill them."""
    watched: set[int] = set()
    folders: set[str] = set()
    for line in sys.stdin:
        if line[0] == "/":
            folders.add(line[1:].rstrip("\n"))
        else:
            (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
    for group in watched:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _serve()
