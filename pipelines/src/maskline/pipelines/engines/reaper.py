"""A process that outlives its owner by a moment, to end what the owner left running.

`kill -9` cannot be caught, so the children of a process killed that way live on. A reaper holds the reading end of a
pipe whose writing end only its owner has. When the pipe closes, the owner is gone, and the reaper kills every process
group that it was told to watch and not told to forget, runs the commands it was asked to run, and erases the folders
and sockets it was told of.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

_TRIES, _PAUSE_S = 20, 0.25


class Reaper:
    """The owner's end of the pipe."""

    def __init__(self) -> None:
        import subprocess

        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # a Ctrl-C meant for the owner must not end the reaper first
        )

    def watch(self, group: int) -> None:
        """Kill process group `group` when the owner is gone."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """Leave process group `group` alone: it has ended, or it is somebody else's now."""
        self._tell(f"-{group}\n")

    def run_after(self, command: Sequence[str]) -> None:
        """Run `command` when the owner is gone, after those asked for before it; again for a while if it fails."""
        self._tell(f"!{json.dumps(list(command))}\n")

    def spare(self, command: Sequence[str]) -> None:
        """Do not run `command` after all."""
        self._tell(f"?{json.dumps(list(command))}\n")

    def erase(self, place: str) -> None:
        """Remove a folder, or a socket that is nobody else's by then, when the owner is gone."""
        self._tell(f"/{place}\n")

    def dismiss(self) -> None:
        """Let the reaper go without doing anything."""
        self._tell(".\n")
        self.close()

    def close(self) -> None:
        """Do what there still is to do."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> Self:
        """Be the owner's until the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do what there still is to do."""
        self.close()

    def _tell(self, line: str) -> None:
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):  # somebody killed the reaper: the owner's own clean-up remains
                self._process.stdin.write(line.encode())


def remove(place: str) -> bool:
    """Remove a folder, or a socket on which nobody listens; what is not there, or will not go, is passed over.

    Return whether somebody listens.
    """
    import socket

    shutil.rmtree(place, ignore_errors=True)
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(0)  # whoever listens need not be quick to take the connection
        try:
            asking.connect(place)
        except ConnectionRefusedError:
            with contextlib.suppress(OSError):
                os.unlink(place)  # noqa: PTH108 - a reaper loads little
        except OSError:  # no socket, or a path longer than one's can be
            return False
        else:
            return True
    return False


def _serve() -> None:
    """Keep what was told until the pipe closes, then do it."""
    watched: set[int] = set()
    places: set[str] = set()
    commands: dict[str, None] = {}  # in order
    for line in sys.stdin:
        what, told = line[0], line[1:].rstrip("\n")
        if what == ".":
            return
        if what == "/":
            places.add(told)
        elif what == "!":
            commands[told] = None
        elif what == "?":
            commands.pop(told, None)
        else:
            (watched.add if what == "+" else watched.discard)(int(told))
    for group in watched:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    _run(commands)
    _erase(places, _TRIES if watched else 1)


def _erase(places: Iterable[str], tries: int) -> None:
    """Remove places; a process that was killed a moment ago may still seem to listen on its sockets."""
    import time

    for _ in range(tries):
        places = [place for place in places if remove(place)]
        if not places:
            break
        time.sleep(_PAUSE_S)


def _run(commands: Iterable[str]) -> None:
    """Run commands in order; those that fail again for a while, for others may have to do their part first."""
    import subprocess
    import time

    for _ in range(_TRIES):
        commands = [command for command in commands if subprocess.run(json.loads(command), check=False).returncode]
        if not commands:
            break
        time.sleep(_PAUSE_S)


if __name__ == "__main__":
    _serve()
