"""Both stores keep the same promises; what only a server can show is shown on a server."""

import http.client
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import minio.time
import pytest

from maskline.contract.errors import AccessDenied, AlreadyExists, Changed, InvalidInput, NotFound, StoreUnavailable
from maskline.contract.store import Store, open_store, project_store, read_uri
from maskline.contract.store.s3 import PART_SIZE, S3Store, patience
from maskline.contract.store.s3.keys import ToldKeys
from maskline.contract.store.secret import told
from maskline.pipelines.server.ports import free_ports

WRITERS = 8


def test_what_is_written_is_read(store: Store) -> None:
    store.write("a/b.bin", b"one")
    store.write("a/b.bin", b"two")
    assert store.read("a/b.bin") == b"two"
    assert store.exists("a/b.bin")
    assert not store.exists("a/c.bin")


def test_an_object_of_many_parts_comes_back_whole(store: Store) -> None:
    data = bytes(range(256)) * 4 * 1024 * 70
    store.write("large", data)
    assert store.read("large") == data


def test_list_names_everything_below_a_folder_in_order(store: Store) -> None:
    for path in ("x/2", "x/1", "x/deep/3", "xy/4", "top"):
        store.write(path, b"")
    assert store.list("x") == ["x/1", "x/2", "x/deep/3"]
    assert store.list("") == ["top", "x/1", "x/2", "x/deep/3", "xy/4"]
    assert store.list("none") == []


def test_delete_removes_and_forgives(store: Store) -> None:
    store.write("a/b", b"")
    store.delete("a/b")
    store.delete("a/b")
    assert store.list("") == []


def test_reading_what_is_not_there_names_it(store: Store) -> None:
    with pytest.raises(NotFound, match=r"a/b does not exist"):
        store.read("a/b")


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "a/../b", "./a"])
def test_paths_are_plain_names(store: Store, path: str) -> None:
    with pytest.raises(InvalidInput, match="no path inside a store"):
        store.write(path, b"")


def test_create_only_once(store: Store) -> None:
    store.create("only", b"first")
    with pytest.raises(AlreadyExists, match="only exists already"):
        store.create("only", b"second")
    assert store.read("only") == b"first"


def test_replace_only_what_was_read(store: Store) -> None:
    store.write("pointer", b"1")
    _, version = store.read_versioned("pointer")
    store.replace("pointer", b"2", version)
    with pytest.raises(Changed, match="pointer was changed"):
        store.replace("pointer", b"3", version)
    assert store.read("pointer") == b"2"


def test_replace_does_not_create(store: Store) -> None:
    store.write("other", b"1")
    _, version = store.read_versioned("other")
    with pytest.raises(Changed):
        store.replace("missing", b"1", version)
    assert not store.exists("missing")


def test_of_many_creators_one_wins(store: Store) -> None:
    winners = _race(lambda writer: store.create("contended", b"%d" % writer), AlreadyExists)
    assert len(winners) == 1
    assert store.read("contended") == b"%d" % winners[0]


def test_of_many_replacers_one_wins(store: Store) -> None:
    store.write("contended", b"start")
    _, version = store.read_versioned("contended")
    winners = _race(lambda writer: store.replace("contended", b"%d" % writer, version), Changed)
    assert len(winners) == 1
    assert store.read("contended") == b"%d" % winners[0]


def _race(write: Callable[[int], None], lost: type[Exception]) -> list[int]:
    """Let WRITERS threads write at once; return those whose write was not refused with `lost`."""
    start, winners = threading.Barrier(WRITERS), []

    def writer(number: int) -> None:
        start.wait()
        try:
            write(number)
        except lost:
            return
        winners.append(number)

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return winners


def test_a_folder_opens_by_path_and_by_uri(tmp_path: Path) -> None:
    open_store(str(tmp_path)).write("a", b"1")
    assert open_store(tmp_path.as_uri()).read("a") == b"1"
    assert read_uri(f"{tmp_path.as_uri()}/a") == b"1"
    assert read_uri(str(tmp_path / "a")) == b"1"


@pytest.mark.parametrize("uri", ["gs://bucket/x", "file://", ""])
def test_other_uris_are_refused_by_name(uri: str) -> None:
    with pytest.raises(InvalidInput, match=f"store '{uri}'"):
        open_store(uri)


def test_the_project_store_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASKLINE_STORE", raising=False)
    with pytest.raises(InvalidInput, match="MASKLINE_STORE is not set"):
        project_store()


def test_missing_keys_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(InvalidInput, match=r"nothing in AWS_ACCESS_KEY_ID$"):
        open_store("s3://bucket/project")


@pytest.fixture
def secret(s3_store: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mounted secret: the store's, but with keys that the server refuses."""
    told = {"accesskey": "old", "secretkey": "old", "endpoint": s3_store.endpoint, "store": s3_store.uri}
    for key, value in told.items():
        (tmp_path / key).write_text(f"{value}\n")
    monkeypatch.setenv("MASKLINE_S3_FOLDER", str(tmp_path))
    return tmp_path


def exchange(secret: Path, keys: tuple[str, str]) -> None:
    for key, value in zip(("accesskey", "secretkey"), keys, strict=True):
        (secret / key).write_text(value)


def test_a_mounted_secret_tells_more_than_the_environment(
    s3_store: S3Store, secret: Path, s3_keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange(secret, s3_keys)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    project_store().write("a", b"1")
    assert s3_store.read("a") == b"1"


def test_keys_that_are_exchanged_sign_the_next_request_of_a_store_that_is_open(
    s3_store: S3Store, secret: Path, s3_keys: tuple[str, str]
) -> None:
    store = project_store()
    for write in (store.write, store.create):
        exchange(secret, ("old", "old"))
        with pytest.raises(AccessDenied):
            write("a", b"")
        exchange(secret, s3_keys)
        write("a", b"1")
        assert store.read("a") == b"1"
        s3_store.delete("a")


def test_keys_that_are_given_stay(s3_store: S3Store, secret: Path) -> None:
    """The mounted ones are refused."""
    assert (secret / "accesskey").read_text() == "old\n"
    s3_store.write("a", b"1")
    s3_store.create("b", b"2")
    assert s3_store.list("") == ["a", "b"]


def test_a_pair_of_keys_that_is_exchanged_while_it_is_read_is_not_torn(
    secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exchanging(key: str) -> str:
        value = told(key)
        if (key, value) == ("accesskey", "old"):
            exchange(secret, ("new", "new too"))
        return value

    monkeypatch.setattr("maskline.contract.store.s3.keys.told", exchanging)
    keys = ToldKeys("s3://bucket/x").retrieve()
    assert (keys.access_key, keys.secret_key) == ("new", "new too")


def test_a_mounted_secret_without_a_key_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    (tmp_path / "accesskey").write_text("key")
    monkeypatch.setenv("MASKLINE_S3_FOLDER", str(tmp_path))
    with pytest.raises(InvalidInput, match=rf"nothing in {tmp_path}/secretkey or AWS_SECRET_ACCESS_KEY$"):
        open_store("s3://bucket/project")


def test_wrong_keys_are_refused(s3_store: S3Store) -> None:
    stranger = S3Store(s3_store.uri, s3_store.endpoint, "nobody", "wrong-secret-key")
    for touch in (lambda: stranger.write("a", b""), lambda: stranger.create("a", b""), lambda: stranger.read("a")):
        with pytest.raises(AccessDenied, match="refuses the S3 keys"):
            touch()
    assert s3_store.list("") == []


def test_a_missing_bucket_is_named(s3_store: S3Store, s3_keys: tuple[str, str]) -> None:
    elsewhere = S3Store("s3://no-such-bucket/x", s3_store.endpoint, *s3_keys)
    with pytest.raises(NotFound, match="bucket 'no-such-bucket' does not exist"):
        elsewhere.list("")


def test_an_unreachable_server_is_named() -> None:
    store = S3Store("s3://bucket/x", "http://127.0.0.1:9", "key", "secret-key")
    with pytest.raises(StoreUnavailable, match=r"http://127\.0\.0\.1:9 cannot be reached"):
        store.create("a", b"")


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_connection_lost_at_a_conditional_write_loses_nothing(
    s3_store: S3Store, s3_keys: tuple[str, str], share: float
) -> None:
    """The first request is cut after half of its body, or answered into the void; the second is let through."""
    with lossy_proxy(s3_store.endpoint, share) as endpoint:
        S3Store(s3_store.uri, endpoint, *s3_keys).create("sealed", b"x" * 100)
    assert s3_store.read("sealed") == b"x" * 100


@contextmanager
def lossy_proxy(endpoint: str, share: float) -> Iterator[str]:
    """Forward requests to a server, one a connection; of the first pass on a share of the body and drop the answer."""
    host, port = urlsplit(endpoint).hostname, urlsplit(endpoint).port
    listener = socket.create_server(("127.0.0.1", 0))
    served = itertools.count()

    def forward(client: socket.socket) -> None:
        with client, socket.create_connection((host, port)) as server:
            head, _, body = client.recv(65536).partition(b"\r\n\r\n")
            while head.startswith(b"PUT") and len(body) < 100:
                body += client.recv(65536)
            if next(served) == 0:
                server.sendall(head + b"\r\n\r\n" + body[: int(100 * share)])
                if share == 1:
                    server.recv(65536)
                return
            server.sendall(head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + b"\r\n\r\n" + body)
            while data := server.recv(65536):
                client.sendall(data)

    def accept() -> None:
        with suppress(OSError):
            while True:
                forward(listener.accept()[0])

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def test_names_that_no_server_accepts_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"s3://ab/x' cannot be addressed: .*bucket name"):
        S3Store("s3://ab/x", "http://127.0.0.1:9", "key", "secret-key")


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, disk_full_after: Callable[[int], AbstractContextManager[None]]
) -> None:
    store = open_store(str(tmp_path))
    store.write("a", b"old")
    with disk_full_after(1000):
        for write, path in ((store.write, "a"), (store.create, "b")):
            with pytest.raises(StoreUnavailable, match="cannot be written"):
                write(path, bytes(2000))
    assert store.read("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


class Answer(BaseHTTPRequestHandler):
    """Refuses everything, at the server's own time."""

    off = timedelta()

    def do_GET(self) -> None:
        self.send_response_only(403)
        self.send_header("Date", format_datetime(datetime.now(UTC) - self.off, usegmt=True))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_PUT = do_GET  # noqa: N815 - http.server's names


@contextmanager
def refusing_server(off: timedelta) -> Iterator[str]:
    """A server that refuses without a body, on a machine whose clock is `off` behind ours."""
    handler = type("Handler", (Answer,), {"off": off})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (timedelta(hours=3), r"clock is 3 h 00 min ahead of the store's"),
        (-timedelta(minutes=95), r"clock is 1 h 35 min behind the store's"),
    ],
)
def test_a_refusal_by_a_server_of_another_time_names_the_clock_and_may_be_tried_again(
    off: timedelta, said: str
) -> None:
    with refusing_server(off) as endpoint:
        store = S3Store("s3://bucket/x", endpoint, "key", "secret-key")
        for touch in (lambda: store.exists("a"), lambda: store.create("a", b"")):
            with pytest.raises(StoreUnavailable, match=said):
                touch()


def test_a_refusal_by_a_server_of_our_time_is_about_the_keys() -> None:
    with refusing_server(timedelta(minutes=5)) as endpoint:
        store = S3Store("s3://bucket/x", endpoint, "key", "secret-key")
        for touch in (lambda: store.exists("a"), lambda: store.create("a", b"")):
            with pytest.raises(AccessDenied, match="refuses the S3 keys"):
                touch()


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_that_is_minutes_off_does_no_harm(
    s3_store: S3Store, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    right = minio.time.utcnow
    monkeypatch.setattr("minio.time.utcnow", lambda: right() + timedelta(minutes=minutes))
    s3_store.write("a", b"1")
    s3_store.replace("a", b"2", s3_store.read_versioned("a")[1])
    s3_store.create("b", b"3")
    assert (s3_store.read("a"), s3_store.list("")) == (b"2", ["a", "b"])


def test_a_server_that_answered_before_is_waited_for_while_it_is_started_again(
    s3_store: S3Store, s3_keys: tuple[str, str]
) -> None:
    """It is away for longer than a server that never answered is given."""
    (port,) = free_ports(1)
    endpoint = f"http://127.0.0.1:{port}"
    store = S3Store(s3_store.uri, endpoint, *s3_keys)
    with relay(s3_store.endpoint, port):
        store.write("a", b"1")
        store.create("b", b"2")
    back = threading.Timer(5, lambda: threading.Thread(target=serve).start())
    done = threading.Event()

    def serve() -> None:
        with relay(s3_store.endpoint, port):
            done.wait(60)

    back.start()
    try:
        assert store.read("a") == b"1"
        store.create("c", b"3")
        with pytest.raises(AlreadyExists):
            store.create("b", b"4")
    finally:
        done.set()
    assert s3_store.read("c") == b"3"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of milliseconds, and every one of them told."""
    monkeypatch.setattr(patience, "PAUSES", {"backoff_factor": 0.001, "backoff_max": 0.01})
    monkeypatch.setattr(patience, "SILENT_S", 0.0)


@contextmanager
def failing_proxy(endpoint: str, status: int, failures: int) -> Iterator[tuple[str, list[str]]]:
    """Answer so many requests with an error, then forward to a server.  Yields the endpoint, and the methods asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            asked.append(self.command)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if len(asked) <= failures:
                self.send_response_only(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            server = http.client.HTTPConnection(urlsplit(endpoint).netloc)
            server.request(self.command, self.path, body, dict(self.headers))
            answer = server.getresponse()
            data = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name not in ("Connection", "Content-Length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = forward  # noqa: N815 - http.server's names

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_port}", asked
        finally:
            proxy.shutdown()
            thread.join()


@pytest.mark.usefixtures("impatient")
def test_a_server_that_fails_for_a_while_is_waited_for_from_the_first_request_on_and_the_wait_is_told(
    s3_store: S3Store, s3_keys: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    s3_store.write("a", b"1")
    touches: list[Callable[[S3Store], object]] = [
        lambda store: store.read("a"),
        lambda store: store.write("b", bytes(PART_SIZE + 1)),  # begins with a POST
        lambda store: store.create("c", b"3"),
    ]
    for touch in touches:
        with failing_proxy(s3_store.endpoint, 503, failures=20) as (endpoint, _):
            touch(S3Store(s3_store.uri, endpoint, *s3_keys))
        assert f"store.waiting server='{urlsplit(endpoint).netloc} answers 503' seconds=" in capsys.readouterr().out
    assert s3_store.list("") == ["a", "b", "c"]


@pytest.mark.usefixtures("impatient")
def test_a_server_that_was_waited_for_in_vain_is_not_waited_for_again(
    s3_store: S3Store, s3_keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENT_S", 0.5)
    monkeypatch.setattr(patience, "BRIEF_S", 0.0)
    with failing_proxy(s3_store.endpoint, 500, failures=10**6) as (endpoint, asked):
        store = S3Store(s3_store.uri, endpoint, *s3_keys)
        with pytest.raises(StoreUnavailable, match="keeps failing"):
            store.read("a")
        asked.clear()
        with pytest.raises(StoreUnavailable, match="keeps failing"):
            store.read("a")
    assert asked == ["GET"]


def test_what_waiting_cannot_mend_is_told_at_the_first_answer(s3_store: S3Store, s3_keys: tuple[str, str]) -> None:
    with failing_proxy(s3_store.endpoint, 403, failures=1) as (endpoint, asked), pytest.raises(AccessDenied):
        S3Store(s3_store.uri, endpoint, *s3_keys).exists("a")
    assert asked == ["GET"]
    with failing_proxy(s3_store.endpoint, 404, failures=1) as (endpoint, asked):
        assert not S3Store(s3_store.uri, endpoint, *s3_keys).exists("a")
    assert asked == ["GET"]


@contextmanager
def relay(endpoint: str, port: int) -> Iterator[None]:
    """Pass everything on to a server, a connection at a time, until the block ends; then break all connections."""
    target = (urlsplit(endpoint).hostname, urlsplit(endpoint).port)
    listener = socket.create_server(("127.0.0.1", port))
    opened: list[socket.socket] = []

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, server = listener.accept()[0], socket.create_connection(target)
                opened.extend((client, server))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for end in opened:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
