"""Training processes on one machine: started like torchrun starts them (env://), watched, and never left behind.

The kernel ends a process whose parent is gone, so not even kill -9 leaves one running.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from maskline.contract import errors
from maskline.contract.config import Config
from maskline.contract.cores import cores
from maskline.train.processes import faults
from maskline.train.processes.faults import ProcessLost
from maskline.train.processes.stopping import leave, on_sigterm

WATCH_PERIOD_S = 0.05
FAULT_FILE = "MASKLINE_TRAIN_FAULT"
PARENT = "MASKLINE_TRAIN_PARENT"
"""Where the environment tells a process who started it."""
NAMES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
"""What the environment tells a process of its rank among the others."""


class LastWord(Config):
    """Why a process gave up, as it leaves it in the job's folder."""

    at: float
    kind: str
    message: str


class Ranks:
    """The processes of one training."""

    def __init__(self, module: str, count: int, folder: Path) -> None:
        self._folder = folder
        self._stopping = False
        port = _free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        for rank in range(count):
            environment = _environment(rank, count, port, folder)
            process = subprocess.Popen([sys.executable, "-m", module], stdin=subprocess.PIPE, env=environment)
            self._processes.append(process)

    def tell(self, task: Config) -> None:
        """Hand every process its task."""
        line = task.model_dump_json().encode() + b"\n"
        for process in self._processes:
            assert process.stdin is not None  # noqa: S101 - it was opened as a pipe
            try:
                process.stdin.write(line)
                process.stdin.flush()
            except BrokenPipeError:
                self.join()

    def join(self) -> None:
        """Wait until the first process has finished; the others have nothing left to do then.

        SIGTERM is passed on to them; a second one ends this process.
        Raises the error of the process that failed first, ProcessLost if it left none.
        """
        with on_sigterm(self._stop):
            while True:
                codes = [process.poll() for process in self._processes]
                if any(codes):
                    self._fail(codes)
                if codes[0] == 0:
                    return
                time.sleep(WATCH_PERIOD_S)

    def _stop(self) -> None:
        if self._stopping:
            leave("training was told twice to stop (SIGTERM); the same call goes on from the last state that was kept")
        self._stopping = True
        for process in self._processes:
            process.terminate()

    def _fail(self, codes: list[int | None]) -> NoReturn:
        """Raise the cause: what a process knew to tell, else that one was killed, else whatever came first."""
        words = [LastWord.model_validate_json(path.read_bytes()) for path in self._folder.glob("fault-*.json")]
        words.sort(key=lambda word: word.at)
        kinds = {**vars(errors), **vars(faults)}
        for word in words:
            if word.kind in kinds:
                raise kinds[word.kind](word.message)
        rank, code = min(((rank, code) for rank, code in enumerate(codes) if code), key=lambda found: found[1])
        if code > 0 and words:
            raise ProcessLost(words[0].message)
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        hint = "; was there enough memory?" if code == -signal.SIGKILL else ""
        raise ProcessLost(f"training process {rank} of {len(codes)} {how}{hint}")

    def kill(self) -> None:
        """End whatever still runs, and wait until it has."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
            if process.stdin is not None:
                process.stdin.close()


@contextmanager
def started(module: str, count: int, folder: Path) -> Iterator[Ranks]:
    """Start `count` processes of `module` and make sure that none outlives the block, however it is left."""
    ranks = Ranks(module, count, folder)
    try:
        yield ranks
    finally:
        ranks.kill()


def _environment(rank: int, count: int, port: int, folder: Path) -> dict[str, str]:
    """Return a process's environment.

    Threads that spin while they wait would ruin a shared machine.  Memory comes in pages of 2 MiB where Linux lends
    them (glibc 2.35 and later): a step takes and gives back hundreds of MiB, and virtual machines short of memory
    were seen to spend more time on making 4 KiB pages for it than on the step.
    """
    defaults = {
        "OMP_NUM_THREADS": str(max(1, cores() // count)),
        "OMP_WAIT_POLICY": "PASSIVE",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        "GLOO_SOCKET_IFNAME": "lo",
    }
    told = {
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(count),
        "LOCAL_WORLD_SIZE": str(count),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        PARENT: str(os.getpid()),
        FAULT_FILE: str(folder / f"fault-{rank}.json"),
    }
    return defaults | os.environ | told


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
