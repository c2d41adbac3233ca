"""The server's own ports and sockets: whoever has no keys is refused at every one of them."""

import http.client
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import grpc
import pytest

from maskline.contract.store.s3 import S3Store
from maskline.pipelines.server import seaweedfs
from maskline.pipelines.server.ports import GRPC_OFFSET
from maskline.pipelines.server.server import State

LOOPBACK = "0100007F"
LISTENS = "0A"
SERVICES = ("s3", "master", "volume", "filer", "admin")
PATHS = (
    "/maskline/a",  # of S3, with bucket
    "/buckets/maskline/a",  # of the filer
    "/1,0221da1c1b",  # of the volume server
    "/dir/assign",
    "/dir/status",
    "/vol/grow",
    "/submit",
    "/api/users",  # of admin
)
CALLS = (
    "/master_pb.Seaweed/Assign",
    "/volume_server_pb.VolumeServer/VolumeServerStatus",
    "/filer_pb.SeaweedFiler/ListEntries",
    "/filer_pb.SeaweedFiler/CreateEntry",
    "/filer_pb.SeaweedFiler/DeleteEntry",
    "/iam_pb.SeaweedIdentityAccessManagement/CreateUser",
    "/messaging_pb.SeaweedS3IamCache/PutIdentity",
    "/worker_pb.WorkerService/WorkerStream",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[seaweedfs.Server]:
    with seaweedfs.start(tmp_path_factory.mktemp("inside") / "store") as running:
        S3Store("s3://maskline", running.endpoint, running.access_key, running.secret_key).write("a", b"kept")
        wait_for(lambda: len(sockets(running.pid)) == len(SERVICES) + 2)  # admin comes up last
        yield running


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert what()


def own_sockets(state: State) -> list[str]:
    """Return the sockets to which SeaweedFS gives names of its own."""
    return [f"/tmp/seaweedfs-{name}-grpc-{port + GRPC_OFFSET}.sock" for name, port in state.ports.items()]  # noqa: S108


def inodes(pid: int) -> set[str]:
    """Return the sockets that a process holds, its threads' too."""
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            kind, _, number = str(file.readlink()).partition(":[")
            found |= {number.removesuffix("]")} if kind == "socket" else set()
    return found


def ports(pid: int) -> dict[int, str]:
    """Return each TCP port on which a process listens, with the address as the kernel writes it."""
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    mine = inodes(pid)
    listening = [row[1].split(":") for row in rows if row[3] == LISTENS and row[9] in mine]
    return {int(port, 16): address for address, port in listening}


def sockets(pid: int) -> list[str]:
    """Return each Unix socket on which a process listens; relative names are of the folder that it works in."""
    rows = [line.split() for line in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]]
    mine = inodes(pid)
    room = Path(f"/proc/{pid}/cwd").readlink()
    accepting = 1 << 16  # __SO_ACCEPTCON
    return sorted(
        str(room / row[7]) for row in rows if len(row) == 8 and int(row[3], 16) & accepting and row[6] in mine
    )


def test_what_listens_is_on_loopback_and_known(server: seaweedfs.Server) -> None:
    http_ports = set(server.state.ports.values())
    assert server.state.ports.keys() == set(SERVICES)
    assert ports(server.pid) == dict.fromkeys(http_ports | {port + GRPC_OFFSET for port in http_ports}, LOOPBACK)
    inside = [f"{server.state.inside}/{name}.sock" for name in ("filer", "s3")]
    assert sockets(server.pid) == sorted(inside + own_sockets(server.state))


def dialled(port: int, *, tls: bool) -> Callable[[], socket.socket]:
    def dial() -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        if not tls:
            return plain
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return trusting.wrap_socket(plain)

    return dial


def dialled_socket(path: str) -> Callable[[], socket.socket]:
    def dial() -> socket.socket:
        # The name of a socket may be longer than an address can hold; one that the kernel gives to its folder never is.
        found = socket.socket(socket.AF_UNIX)
        found.settimeout(10)
        folder = os.open(Path(path).parent, os.O_PATH)
        try:
            found.connect(f"/proc/self/fd/{folder}/{Path(path).name}")
        finally:
            os.close(folder)
        return found

    return dial


def answer(dial: Callable[[], socket.socket], method: str, path: str) -> int:
    """Return the status of an unauthenticated request; 0 if the server ends the connection."""
    connection = http.client.HTTPConnection("127.0.0.1")
    try:
        connection.sock = dial()
        connection.request(method, path, b"overwritten" if method in {"PUT", "POST"} else None)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):  # an SSLError is an OSError
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_no_port_and_no_socket_takes_or_gives_anything_over_http(server: seaweedfs.Server, method: str) -> None:
    doors = {f"{port}": dialled(port, tls=False) for port in ports(server.pid)}
    doors |= {path: dialled_socket(path) for path in sockets(server.pid)}
    found = {(door, path): answer(dial, method, path) for door, dial in doors.items() for path in PATHS}
    for port in ports(server.pid):  # without a certificate of one's own no path is heard
        found[f"{port} with TLS", PATHS[0]] = answer(dialled(port, tls=True), method, PATHS[0])
    assert {key: status for key, status in found.items() if status not in {0, 400, 401, 403, 405}} == {}
    store = S3Store("s3://maskline", server.endpoint, server.access_key, server.secret_key)
    assert (store.read("a"), store.list("")) == (b"kept", [".store", "a"])


@pytest.mark.parametrize("trusting", ["plain", "with TLS"])
def test_no_port_and_no_socket_answers_a_call(server: seaweedfs.Server, trusting: str) -> None:
    doors = [f"127.0.0.1:{port}" for port in ports(server.pid)] + [f"unix:{path}" for path in own_sockets(server.state)]
    # Who trusts the server's certificate, but has no key to it.
    credentials = grpc.ssl_channel_credentials((Path(server.state.inside) / "cert.pem").read_bytes())
    options = (("grpc.ssl_target_name_override", "127.0.0.1"),)
    answered = []
    for door in doors:
        plain = trusting == "plain"
        with grpc.insecure_channel(door) if plain else grpc.secure_channel(door, credentials, options) as channel:
            for call in CALLS:
                with pytest.raises(grpc.RpcError) as refusal:
                    channel.unary_unary(call)(b"", timeout=10)
                if refusal.value.code() not in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED}:
                    answered.append((door, call, refusal.value.code().name))
    assert answered == []


def test_what_lets_the_servers_parts_in_is_its_owners_alone_and_new_at_every_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEED_GRPC_CA", "/nowhere")  # would go before the file, and leave the ports open
    (tmp_path / "store" / "inside-killed").mkdir(parents=True)
    seen = []
    for _ in range(2):
        with seaweedfs.start(tmp_path / "store") as server:
            room = Path(server.state.inside)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in room.iterdir() if path.is_file()}
            assert modes == dict.fromkeys(("cert.pem", "key.pem", "security.toml"), 0o600)
            assert stat.S_IMODE(room.stat().st_mode) == 0o700
            seen.append([path.read_bytes() for path in (room / "key.pem", room / "security.toml")])
            assert b"WEED_" not in Path(f"/proc/{server.pid}/environ").read_bytes()
            assert list(room.parent.glob("inside-*")) == [room]
            secret = (room / "key.pem").read_text().splitlines()[1]
            assert secret not in (tmp_path / "store" / "server.log").read_text()
            assert secret.encode() not in Path(f"/proc/{server.pid}/cmdline").read_bytes()
        assert not room.exists()
    assert all(first != second for first, second in zip(*seen, strict=True))


def left(state: State) -> list[str]:
    return [place for place in (state.inside, *own_sockets(state)) if Path(place).exists()]


def test_nothing_of_a_server_is_left_when_it_has_ended(tmp_path: Path) -> None:
    with seaweedfs.start(tmp_path / "store") as server:
        wait_for(lambda: len(left(server.state)) == len(SERVICES) + 1)
    assert left(server.state) == []


def test_nothing_of_a_server_that_was_killed_is_left_by_its_last_user(tmp_path: Path) -> None:
    with seaweedfs.start(tmp_path / "store") as server:
        os.kill(server.pid, signal.SIGKILL)
    assert left(server.state) == []


def test_nothing_of_a_server_is_left_when_its_owner_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from maskline.pipelines.server import seaweedfs\n"
        "seaweedfs.start(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "store")], check=False)
    state = State.read(tmp_path / "store")
    assert state
    wait_for(lambda: left(state) == [])


def test_a_socket_that_another_server_has_by_now_is_left_to_it(tmp_path: Path) -> None:
    killed = seaweedfs.start(tmp_path / "first")
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.process
    killed.process.wait()
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "server.json").write_text((tmp_path / "first" / "server.json").read_text())
    with seaweedfs.start(tmp_path / "second") as server:
        assert server.state.ports == killed.state.ports
        wait_for(lambda: len(left(server.state)) == len(SERVICES) + 1)
        killed.stop()
        assert len(left(server.state)) == len(SERVICES) + 1
