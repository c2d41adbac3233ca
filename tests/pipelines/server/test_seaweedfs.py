"""The embedded S3 server: started, reused, recovered, ended."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskline.contract.errors import AccessDenied, NotFound, StoreUnavailable
from maskline.contract.store.s3 import S3Store
from maskline.pipelines.server import seaweedfs
from maskline.pipelines.server import server as servers
from maskline.pipelines.server.locks import is_locked
from maskline.pipelines.server.ports import GRPC_OFFSET, free_ports
from maskline.pipelines.server.readiness import fault

PATIENCE_S = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for a server, which must be gone afterwards."""
    yield tmp_path / "store"
    assert not is_locked(tmp_path / "store" / "server.lock")


def store_of(server: seaweedfs.Server, bucket: str = seaweedfs.BUCKET, secret: str = "") -> S3Store:
    return S3Store(f"s3://{bucket}/test", server.endpoint, server.access_key, secret or server.secret_key)


def wait_until_ended(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while is_locked(folder / "server.lock") and time.monotonic() < deadline:
        time.sleep(0.02)


def test_one_server_serves_all_who_ask_and_ends_with_the_last_of_them(folder: Path) -> None:
    first = seaweedfs.start(folder)
    store_of(first).write("a", b"1")
    second = seaweedfs.start(folder)
    assert (first.found_running, second.found_running) == (False, True)
    assert second.pid == first.pid
    first.stop()
    assert store_of(second).read("a") == b"1"
    second.stop()
    assert not is_locked(folder / "server.lock")


def test_a_server_killed_with_9_is_replaced_and_nothing_is_lost(folder: Path) -> None:
    killed = seaweedfs.start(folder)
    store_of(killed).write("a", b"1" * 5_000_000)
    os.kill(killed.pid, signal.SIGKILL)
    with seaweedfs.start(folder) as server:
        assert not server.found_running
        assert store_of(server).read("a") == b"1" * 5_000_000
        killed.stop()
        assert store_of(server).read("a") == b"1" * 5_000_000


def test_a_server_whose_owner_is_killed_with_9_ends_too(folder: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from maskline.pipelines.server import seaweedfs\n"
        "seaweedfs.start(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    owner = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert owner.returncode == -signal.SIGKILL
    wait_until_ended(folder)
    assert not is_locked(folder / "server.lock")


def test_a_server_that_does_not_answer_is_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seaweedfs, "_SILENCE_S", 1.0)
    stuck = seaweedfs.start(folder)
    os.kill(stuck.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, stuck.pid, os.WSTOPPED)  # on a busy machine its threads may answer until then
    with seaweedfs.start(folder) as server:
        assert server.pid != stuck.pid
        assert store_of(server).list("") == []
        stuck.stop()


def test_a_server_that_does_not_end_is_left_to_the_reaper_and_the_right_to_it_is_given_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> bool:
        raise StoreUnavailable("it does not end")

    monkeypatch.setattr(servers, "end", refuse)
    server = seaweedfs.start(folder)
    with pytest.raises(StoreUnavailable, match="it does not end"):
        server.stop()
    wait_until_ended(folder)
    assert not is_locked(folder / "users.lock")
    assert server.process
    assert server.process.wait() == -signal.SIGKILL


def test_a_process_id_that_is_somebody_elses_now_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as stranger:
        ports = dict(zip(("s3", "master", "volume", "filer", "admin"), free_ports(5), strict=True))
        (folder / "server.json").write_text(json.dumps({"pid": stranger.pid, "ports": ports}))
        with seaweedfs.start(folder) as server:
            assert server.pid != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


def test_keys_are_made_once_for_their_owner_alone_and_shown_to_nobody(folder: Path) -> None:
    with seaweedfs.start(folder) as server:
        keys = (server.access_key, server.secret_key)
        assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
        assert server.secret_key not in repr(server)
        assert server.secret_key not in (folder / "server.log").read_text()
        with pytest.raises(AccessDenied):
            store_of(server, secret="wrong").read("a")
    with seaweedfs.start(folder) as server:
        assert (server.access_key, server.secret_key) == keys


def test_a_mistyped_bucket_is_an_error_and_not_made(folder: Path) -> None:
    with seaweedfs.start(folder) as server, pytest.raises(NotFound, match="masklin"):
        store_of(server, bucket="masklin").write("a", b"1")


def test_the_bucket_is_made_by_the_s3_service_that_was_asked_for_it(folder: Path) -> None:
    with seaweedfs.start(folder) as server:
        assert "created bucket" not in (folder / "server.log").read_text()  # by anything but S3
        assert not fault(f"127.0.0.1:{server.port}", "another", server.keys, lambda: True, PATIENCE_S)
        store_of(server, "another").write("a", b"1")
        assert store_of(server, "another").read("a") == b"1"


def test_nobody_but_this_machine_can_reach_it(folder: Path) -> None:
    with seaweedfs.start(folder):
        ports = json.loads((folder / "server.json").read_text())["ports"].values()
        for port in (number for http in ports for number in (http, http + GRPC_OFFSET)):
            # A server on all interfaces would hold 127.0.0.2 as well.
            with socket.socket() as probe:
                probe.bind(("127.0.0.2", port))


@pytest.mark.parametrize("offset", [0, GRPC_OFFSET])
def test_a_port_that_the_user_fixed_and_that_is_taken_is_named(offset: int, folder: Path) -> None:
    (port,) = free_ports(1)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port + offset))
        holder.listen()
        with pytest.raises(StoreUnavailable, match=rf"port {port} cannot be used.*is taken"):
            seaweedfs.start(folder, port)
    with seaweedfs.start(folder, port) as server:
        assert server.endpoint == f"http://127.0.0.1:{port}"
        with pytest.raises(StoreUnavailable, match=f"runs at http://127.0.0.1:{port} already"):
            seaweedfs.start(folder, port + 1)


def test_the_ports_of_the_last_start_are_used_again_unless_one_is_taken(folder: Path) -> None:
    with seaweedfs.start(folder) as server:
        store_of(server).write("a", b"1")
        first = server.endpoint
    with seaweedfs.start(folder) as server:
        assert server.endpoint == first
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", int(first.rsplit(":", 1)[1])))
        holder.listen()
        with seaweedfs.start(folder) as server:
            assert server.endpoint != first
            assert store_of(server).read("a") == b"1"


def test_a_server_that_cannot_start_is_an_error_that_quotes_its_log(folder: Path) -> None:
    folder.mkdir()
    (folder / "data").mkdir()
    (folder / "data" / "filerldb2").write_text("not a database")
    with pytest.raises(StoreUnavailable, match=r"did not come up in .*\(.+\); .*server\.log ends with\n.*filerldb2"):
        seaweedfs.start(folder)
