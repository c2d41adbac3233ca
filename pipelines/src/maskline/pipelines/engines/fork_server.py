"""A process that has loaded what every stage loads, and forks the tasks of a run: they begin in milliseconds.

Loading costs each stage most of a second, which is all there is to a run that finds everything sealed.  A task is told
to the fork server over a socket, with the file that it logs to and a pipe that says its process id and how it ended.
"""

import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from maskline.pipelines.errors import EngineFailed

if TYPE_CHECKING:  # whoever starts a fork server goes on loading while it does
    import asyncio

LOADED = ("numpy", "PIL.Image", "yaml", "maskline.contract.coco.average_precision", "maskline.contract.store.s3")
"""What tasks need beside what their own entries import."""
_LONGEST = 1 << 20


class Child:
    """A task's process."""

    def __init__(self, pid: int, ending: "asyncio.Task[int]") -> None:
        self.pid = pid
        self._ending = ending

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal; None while the process runs, or nobody can tell any more."""
        return self._ending.result() if self._ending.done() and not self._ending.exception() else None

    async def wait(self) -> int:
        """Wait for the end.  Raises EngineFailed if nobody can tell any more how it ended."""
        import asyncio

        return await asyncio.shield(self._ending)


class ForkServer:
    """The owner's end of the socket."""

    def __init__(self, tasks: Iterable[str] = ()) -> None:
        """Start the process; it loads in its own time.  tasks: the modules that it will be asked to run."""
        self._modules = (*LOADED, *(f"{task}.__main__" for task in tasks))
        self._begin()

    def _begin(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LONGEST)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno()), *self._modules],
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,  # a Ctrl-C is for the owner
        )
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def fork(self, module: str, words: Sequence[str], environment: Mapping[str, str], log: BinaryIO) -> Child:
        """Run a module as `python3 -m` does, in a session of its own.

        A process that somebody has killed is replaced.  Raises EngineFailed if that happens just now.
        """
        import asyncio

        if self._process.poll() is not None:
            self._control.close()
            self._begin()
        reading, writing = os.pipe()
        told = json.dumps({"argv": [module, *words], "environment": dict(environment)}).encode()
        try:
            await asyncio.to_thread(socket.send_fds, self._control, [told], [log.fileno(), writing])
        except OSError as error:
            os.close(reading)
            raise EngineFailed(f"the process that starts tasks does not listen: {error.strerror}") from None
        finally:
            os.close(writing)
        stream = asyncio.StreamReader()
        pipe = os.fdopen(reading, "rb")
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), pipe)
        pid = await _number(stream)
        return Child(pid, asyncio.create_task(_number(stream)))

    def __enter__(self) -> Self:
        """Be the owner's until the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it end; whoever it started has ended by now."""
        self._control.close()
        self._process.wait()


async def _number(stream: "asyncio.StreamReader") -> int:
    line = await stream.readline()
    if not line:
        raise EngineFailed("the process that starts tasks is gone")
    return int(line)


def _serve(control: socket.socket) -> None:
    """Fork what is asked for and tell how each ended, until the owner is gone.  Returns in a forked process, too."""
    told: dict[int, int] = {}
    waking, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    while True:
        ready, _, _ = select.select([control.fileno(), waking], [], [])
        if waking in ready:
            os.read(waking, 512)
            _reap(told)
        if control.fileno() in ready:
            asked, files, _, _ = socket.recv_fds(control, _LONGEST, 2)
            if not asked:
                return
            log, status = files
            pid = os.fork()
            if not pid:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _become(json.loads(asked), log, [control.fileno(), waking, wake, status, *told.values()])
                return
            os.close(log)
            os.write(status, b"%d\n" % pid)
            told[pid] = status


def _reap(told: dict[int, int]) -> None:
    """Tell of every process that has ended."""
    while told:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        pipe = told.pop(pid)
        os.write(pipe, b"%d\n" % os.waitstatus_to_exitcode(status))
        os.close(pipe)


def _become(asked: Mapping[str, object], log: int, closed: Sequence[int]) -> None:
    """Turn this process, which was forked, into the task."""
    os.setsid()
    for stream in (1, 2):
        os.dup2(log, stream)
    for file in (log, *closed):
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])  # type: ignore[call-overload]
    sys.argv = list(asked["argv"])  # type: ignore[call-overload]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for name in sys.argv[2:]:
        __import__(name)
    _serve(socket.socket(fileno=int(sys.argv[1])))
