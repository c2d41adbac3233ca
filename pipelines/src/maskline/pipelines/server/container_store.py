"""The folder's own store in containers: SeaweedFS on a private network, of which nothing but S3 can be reached.

Two containers share one network namespace. In the first, master, volume server and filer listen on loopback; in the
second the S3 gateway listens on all addresses. Keys are files: they show in no description of a container. The
gateway has one more port, gRPC, which cannot be switched off and would give keys to whoever asks for them; it asks for
a token signed with a key that nobody is told.

The data are the same as those of the process on loopback (`seaweedfs.start`), and so is the lock: the two never run at
once.
"""

import os
import secrets
import subprocess
import time
from pathlib import Path

from maskline.contract.errors import StoreUnavailable
from maskline.pipelines.engines.containers import HARDENED, readable, writable
from maskline.pipelines.engines.docker import REMOVE, REMOVE_NETWORK, Docker, label_words
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.server.keys import Keys, write_private
from maskline.pipelines.server.locks import opened, try_lock
from maskline.pipelines.server.ports import LOOPBACK
from maskline.pipelines.server.seaweedfs import FLAGS, S3_FLAGS, last_words, prepared
from maskline.pipelines.server.server import MEMORY_LIMIT, READY_S, Server, State, lease_on, running

HOST = "store"
"""The gateway's name on the network."""
PORT = 8333
ENDPOINT = f"http://{HOST}:{PORT}"
STORE_LABEL = "maskline.store"
_SILENCE_S = 10.0
_PAUSE_S = 0.02
_MEMORY = "768m"  # of each of the two
_HEMMED_IN = (*HARDENED, "--memory", _MEMORY, "--memory-swap", _MEMORY, "--pids-limit", "512", "--pull", "never")
_SCRATCH = "/tmp:size=16m"  # noqa: S108 - in the container; for the sockets that SeaweedFS makes
_ACTIONS = ("Admin", "Read", "Write", "List", "Tagging")


def start(folder: Path, docker: Docker, image: str) -> Server:
    """Return the server of `folder`: the one that runs in containers, or a new one.

    It ends with its last user; or when the process that started it is killed, whoever else uses it then; or not at all
    when that one has stopped using it and a later user is killed: the next start finds it.
    Raises StoreUnavailable when it does not come up, or runs as a process, which no container can reach.
    """
    folder = folder.absolute()
    with lease_on(folder) as (keys, lease):
        server = running(folder, keys, lease, _SILENCE_S)
        if server and not server.state.containers:
            raise StoreUnavailable(
                f"the store in {folder} is in use as a process (weed, {server.pid}) that containers cannot reach; "
                "wait for the command that uses it, or end it"
            )
        return server or _started(folder, docker, image, keys, lease)


def _started(folder: Path, docker: Docker, image: str, keys: Keys, lease: int) -> Server:
    name = f"maskline-store-{secrets.token_hex(4)}"
    reaper = Reaper()
    gateway, data = f"{name}-s3", f"{name}-data"
    for command in ((*REMOVE, gateway), (*REMOVE, data), (*REMOVE_NETWORK, name)):
        reaper.run_after([docker.program, *command])
    labels = label_words({STORE_LABEL: str(folder)})
    try:
        docker.ask("network", "create", "--internal", *labels, name)
        docker.ask("create", "--name", data, *labels, *_data_words(prepared(folder), name, image))
        process = _attached(docker, data, folder / "server.log", lock=folder / "server.lock")
        state = State(process.pid, {"s3": PORT}, _address(docker, data, process), (gateway, data), name)
        state.write(folder)
        docker.ask("create", "--name", gateway, *labels, *_gateway_words(folder, keys, data, image))
        _attached(docker, gateway, folder / "gateway.log")
        server = Server(folder, state, keys, lease, process, reaper)
        fault = server.fault(READY_S)
        if not fault:
            return server
    except BaseException:
        reaper.close()  # which removes everything
        raise
    reason = last_words(folder / "server.log") + "\n" + last_words(folder / "gateway.log")
    server.kill()
    raise StoreUnavailable(
        f"SeaweedFS did not come up in {folder} ({fault}); server.log and gateway.log there end with\n{reason}"
    )


def _data_words(data: Path, network: str, image: str) -> list[str]:
    """Return what `docker create` is told of the container that holds the data."""
    return [
        *_common(),
        *("--network", network, "--network-alias", HOST),
        *writable(data, "/data"),
        image,
        *("weed", "-logtostderr=true", "mini", "-dir=/data", "-s3=false", *FLAGS),
    ]


def _gateway_words(folder: Path, keys: Keys, data: str, image: str) -> list[str]:
    """Return what `docker create` is told of the S3 gateway."""
    config = folder / "gateway"
    config.mkdir(mode=0o700, exist_ok=True)
    credentials = [{"accessKey": keys.access_key, "secretKey": keys.secret_key}]
    write_private(
        config / "s3.json", {"identities": [{"name": "maskline", "credentials": credentials, "actions": _ACTIONS}]}
    )
    (config / "security.toml").unlink(missing_ok=True)
    (config / "security.toml").touch(mode=0o600)
    (config / "security.toml").write_text(f'[jwt.filer_signing]\nkey = "{secrets.token_hex(32)}"\n')
    return [
        *_common(),
        *("--network", f"container:{data}"),
        *readable(config, "/etc/seaweedfs"),
        image,
        *("weed", "-logtostderr=true", "s3", f"-port={PORT}", "-ip.bind=0.0.0.0", f"-filer={LOOPBACK}:8888"),
        *("-config=/etc/seaweedfs/s3.json", *(f"-{flag}" for flag in S3_FLAGS)),
    ]


def _common() -> list[str]:
    user, group = os.getuid(), os.getgid()  # the data stay this user's
    return [
        *_HEMMED_IN,
        *("--user", f"{user}:{group}"),
        *(
            "--tmpfs",
            f"{_SCRATCH},uid={user},gid={group}",
            "--log-driver",
            "none",
            "--env",
            f"GOMEMLIMIT={MEMORY_LIMIT}",
        ),
    ]


def _attached(docker: Docker, container: str, log: Path, lock: Path | None = None) -> "subprocess.Popen[bytes]":
    """Start a container, and a process that lives as long as it does, writes its log and holds the lock."""
    descriptors = []
    if lock:
        descriptors.append(opened(lock))
        try_lock(descriptors[0])
    try:
        with log.open("wb") as file:
            return subprocess.Popen(
                [docker.program, "start", "--attach", container],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                pass_fds=descriptors,
                start_new_session=True,
            )
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _address(docker: Docker, container: str, process: "subprocess.Popen[bytes]") -> str:
    """Return the address of a container that is just being started; an empty one if it does not run."""
    address = ""
    while not address and process.poll() is None:
        address = docker.ask(
            "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container
        )
        time.sleep(0 if address else _PAUSE_S)
    return address
