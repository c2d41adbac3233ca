"""A store's server on this machine, be it a process or in containers: who may use it, whether it lives, how it ends.

The folder of a store belongs to one server and holds

    keys.json     access key, secret key and the store's name, made once, mode 600
    server.json   what was last started here: `State`
    server.log    what the server says; server.log.1 is that of the start before
    server.lock   locked for as long as the server lives, by it or by the process that is attached to its container: a
                  process id alone may be somebody else's
    users.lock    a shared lock for every process that uses the server: the last one to leave stops it
    start.lock    held while somebody starts or stops the server
    inside-*/     what a server's parts know each other by: `internal_tls`; goes with the server
    data/         the objects
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from maskline.contract.errors import StoreUnavailable
from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.engines.reaper import Reaper, remove
from maskline.pipelines.errors import EngineFailed
from maskline.pipelines.server import internal_tls
from maskline.pipelines.server.keys import Keys, keys_in, write_private
from maskline.pipelines.server.locks import is_locked, locked, opened, share, try_lock
from maskline.pipelines.server.ports import LOOPBACK
from maskline.pipelines.server.readiness import fault

BUCKET = "maskline"
READY_S = 60
MEMORY_LIMIT = "400MiB"
"""Go's own limit (GOMEMLIMIT): without it one large upload leaves the server at 2.6 GB, with it at 0.3 GB."""
_STOP_S = 5


@dataclass(frozen=True)
class State:
    """A server as it was started."""

    pid: int
    """Of the server, or of the process attached to its container."""
    ports: Mapping[str, int]
    host: str = LOOPBACK
    containers: tuple[str, ...] = ()
    """Those it runs in, the first to end first. None: it is a process of this machine."""
    network: str = ""
    """The containers' own."""
    inside: str = ""
    """The folder that the process works in."""

    def write(self, folder: Path) -> None:
        """Keep it in the store's folder."""
        write_private(folder / "server.json", asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "State | None":
        """Return what was last started in a store's folder, or None if nothing tells."""
        try:
            told = json.loads((folder / "server.json").read_text())
        except FileNotFoundError:
            return None
        return cls(**{**told, "containers": tuple(told.get("containers", ()))})


@dataclass
class Server:
    """A running server, and this process's right to use it until `stop`."""

    folder: Path
    state: State
    keys: Keys
    lease: int = field(repr=False)
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    reaper: Reaper | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """The server's URL."""
        return f"http://{self.state.host}:{self.port}"

    @property
    def port(self) -> int:
        """Where S3 listens."""
        return self.state.ports["s3"]

    @property
    def pid(self) -> int:
        """Process id of the server, or of what is attached to its container."""
        return self.state.pid

    @property
    def access_key(self) -> str:
        """The store's access key."""
        return self.keys.access_key

    @property
    def secret_key(self) -> str:
        """The store's secret key."""
        return self.keys.secret_key

    @property
    def found_running(self) -> bool:
        """Whether somebody else started it."""
        return self.process is None

    def environment(self) -> dict[str, str]:
        """Return the environment variables through which every S3 client here finds server and keys."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }

    def fault(self, seconds: float) -> str:
        """Return why the server did not answer as the store of its folder within `seconds`; nothing when it did."""
        return fault(f"{self.state.host}:{self.port}", BUCKET, self.keys, lambda: alive(self.folder), seconds)

    def stop(self) -> None:
        """Give up the right to use the server; when nobody else holds one, end it and wait until it has ended."""
        with locked(self.folder / "start.lock"):
            last = try_lock(self.lease)
            try:
                if last:  # a process is not asked: what it acknowledged is on disk, and SIGTERM takes it seconds
                    self._end(gently=bool(self.state.containers))
                elif self.reaper:
                    self.reaper.dismiss()
            finally:
                os.close(self.lease)

    def kill(self) -> None:
        """End a server that did not come up."""
        self._end(gently=False)

    def _end(self, *, gently: bool) -> None:
        """End the server; what could not be ended or removed is left to the reaper."""
        gone = False
        try:
            gone = end(self.state, self.folder, gently=gently)
            if self.process:
                self.process.wait()
        finally:
            if self.reaper:
                (self.reaper.dismiss if gone else self.reaper.close)()

    def __enter__(self) -> Self:
        """Use the server until the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up the right to use the server."""
        self.stop()


@contextlib.contextmanager
def lease_on(folder: Path) -> Iterator[tuple[Keys, int]]:
    """Yield a store's keys and the right to use its server, while nobody else may start or stop one.

    The right is given back if the block fails; else whoever took it closes it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "start.lock"):
        keys = keys_in(folder / "keys.json")
        lease = opened(folder / "users.lock")
        share(lease)
        try:
            yield keys, lease
        except BaseException:
            os.close(lease)
            raise


def running(folder: Path, keys: Keys, lease: int, silence_s: float) -> Server | None:
    """Return the server that runs in `folder` if it answers within `silence_s`; end what is there if it does not."""
    state = State.read(folder)
    if not alive(folder):
        if state:  # whoever was attached to its containers may have been killed, and they live on
            end(state, folder, gently=False)
        return None
    if state is None:
        raise StoreUnavailable(f"a server (weed mini) runs in {folder}, but its server.json is missing; end it first")
    server = Server(folder, state, keys, lease)
    if server.fault(silence_s):
        end(state, folder, gently=False)  # what it acknowledged is on disk, and it would not hear SIGTERM
        return None
    return server


def alive(folder: Path) -> bool:
    """Say whether a server lives that was started in `folder`."""
    return is_locked(folder / "server.lock")


def end(state: State, folder: Path, *, gently: bool = True) -> bool:
    """End the server that holds `folder`'s lock, unless it has ended; say whether nothing of it is left.

    Raises StoreUnavailable if it does not end.
    """
    if state.containers:
        gone = _end_containers(state, gently=gently)
        if not _ended(folder):
            raise StoreUnavailable(f"the server in {folder} (containers {', '.join(state.containers)}) does not end")
        return gone
    if alive(folder) and not _end_process(state, folder, gently=gently):
        raise StoreUnavailable(f"the server in {folder} (process {state.pid}) does not end, not even on SIGKILL")
    for place in internal_tls.left_behind(state.inside, state.ports):
        remove(place)
    return True


def _end_process(state: State, folder: Path, *, gently: bool) -> bool:
    for number in (signal.SIGTERM, signal.SIGKILL) if gently else (signal.SIGKILL,):
        with contextlib.suppress(ProcessLookupError):
            os.kill(state.pid, number)
        if _ended(folder):
            return True
    return False


def _end_containers(state: State, *, gently: bool) -> bool:
    docker = Docker.found()
    if gently:
        with contextlib.suppress(EngineFailed):  # some may have ended already
            docker.ask("stop", "--time", str(_STOP_S), *state.containers)
    gone = docker.remove(*state.containers)
    return docker.remove_network(state.network) and gone


def _ended(folder: Path) -> bool:
    deadline = time.monotonic() + _STOP_S
    while alive(folder) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(folder)
