"""A server that overwrites in spite of a condition is found out before anything is written to it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest

from maskline.contract import artifact, champion
from maskline.contract.artifact import Manifest, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import AccessDenied, InvalidInput, MasklineError
from maskline.contract.store import Store, conditions
from maskline.contract.store.conditions import ASKED, require_conditions, unkept
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.store.s3 import S3Store

BOTH = frozenset({"If-None-Match", "If-Match"})
TABLE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=1, name="dot", colour="#102030"),))


class Bucket(ThreadingHTTPServer):
    """A bucket whose server keeps the conditions in `kept` and passes over the others.

    As rclone 1.76 does (`serve s3`, none kept): 200, and the object is overwritten.
    """

    def __init__(self, kept: frozenset[str] = frozenset()) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kept = kept
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.refused = ""
        self.turn = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def store(self, prefix: str = "project") -> S3Store:
        return S3Store(f"s3://bucket/{prefix}", f"http://127.0.0.1:{self.server_port}", "key", "secret")


class Handler(BaseHTTPRequestHandler):
    server: Bucket

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.turn:
            if self.server.refused and self.server.refused in self.path:
                self.answer(403, xml("AccessDenied"))
                return
            if self.unmet():
                self.answer(412, xml("PreconditionFailed"))
                return
            self.server.objects[self.key] = body
            self.answer(200, b"", ETag=tag(body))

    def unmet(self) -> bool:
        there = self.server.objects.get(self.key)
        conditions = {name: self.headers[name] for name in BOTH & self.server.kept if self.headers[name]}
        met = {
            "If-None-Match": there is None,
            "If-Match": there is not None and conditions.get("If-Match") == tag(there),
        }
        return not all(met[name] for name in conditions)

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            self.answer(200, b"<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>")
            return
        there = self.server.objects.get(self.key)
        if there is None:
            self.answer(404, xml("NoSuchKey"))
        else:
            self.answer(200, there, ETag=tag(there))

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.key, None)
        self.answer(204, b"")

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/bucket/")

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.server.asked.append(f"{self.command} {self.key} {status}")
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Content-Type": "application/xml", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def xml(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


def tag(body: bytes) -> str:
    return f'"{md5(body, usedforsecurity=False).hexdigest()}"'


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bucket]]:
    """Make buckets; every one is asked anew, as by another process."""
    made: list[Bucket] = []
    monkeypatch.setattr(conditions, "_asked", set())

    def make(kept: frozenset[str] = frozenset()) -> Bucket:
        made.append(Bucket(kept))
        return made[-1]

    yield make
    for each in made:
        each.shutdown()
        each.server_close()


def manifest() -> Manifest:
    return Manifest(
        kind="report", record="", name="tiny", id="0123456789ab", stage="test", categories=TABLE, config={}, inputs={},
        files={}, figures={},
    )  # fmt: skip


WRITES: dict[str, Callable[[Store], object]] = {
    "a file": lambda store: write_file(store, "reports/tiny-0123456789ab", "metrics.json", b"[1]"),
    "a manifest": lambda store: seal(store, manifest()),
    "a champion": lambda store: champion.write_champion(store, "dots", TABLE.key, reigning(), None),
}


def reigning() -> champion.Champion:
    reign = champion.Reign(
        checkpoint="s3://b/checkpoints/a-0123456789ab", report="s3://b/reports/a-0123456789ab",
        dataset="s3://b/datasets/a-0123456789ab", run="r", time="2026-01-01T00:00:00+00:00", reason="the first",
        measure="mask AP", figure=0.5,
    )  # fmt: skip
    return champion.crown(reign, None)


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_to_a_server_that_overwrites(bucket: Callable[..., Bucket], write: str) -> None:
    server = bucket()
    with pytest.raises(
        InvalidInput, match=r"http://127\.0\.0\.1:\d+ does not keep If-None-Match and If-Match: .*s3://"
    ):
        WRITES[write](server.store())
    assert server.objects == {}


@pytest.mark.parametrize("kept", sorted(BOTH))
def test_a_server_that_keeps_one_of_the_two_is_refused_for_the_other(bucket: Callable[..., Bucket], kept: str) -> None:
    server = bucket(frozenset({kept}))
    (missing,) = BOTH - {kept}
    with pytest.raises(InvalidInput, match=f"does not keep {missing}: "):
        require_conditions(server.store())
    assert server.objects == {}


def test_a_server_that_keeps_both_is_asked_once_in_a_process_and_costs_two_requests_in_the_next(
    bucket: Callable[..., Bucket], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = bucket(BOTH)
    for write in WRITES.values():
        write(server.store())
    asking = [line for line in server.asked if ASKED in line]
    assert [line.split()[0] for line in asking] == ["PUT", "PUT", "PUT", "GET", "PUT"]
    monkeypatch.setattr(conditions, "_asked", set())
    server.asked.clear()
    write_file(server.store(), "reports/tiny-0123456789ab", "other.json", b"[2]")
    assert [line for line in server.asked if ASKED in line] == [f"PUT project/{ASKED} 412"] * 2


def test_what_was_asked_of_one_server_is_not_believed_of_another_that_has_a_copy(
    bucket: Callable[..., Bucket], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = bucket(BOTH)
    require_conditions(good.store())
    copy = bucket()
    copy.objects |= good.objects
    with pytest.raises(InvalidInput, match="If-None-Match and If-Match"):
        require_conditions(copy.store())
    # Another program at the same address.
    monkeypatch.setattr(conditions, "_asked", set())
    good.kept = frozenset()
    with pytest.raises(InvalidInput, match="If-None-Match and If-Match"):
        require_conditions(good.store())


def test_a_question_that_was_killed_in_between_changes_no_answer(bucket: Callable[..., Bucket]) -> None:
    for kept in (BOTH, frozenset[str]()):
        server = bucket(kept)
        server.store().create(ASKED, b"half a question")
        assert unkept(server.store(), ASKED) == ([] if kept else ["If-None-Match", "If-Match"])


@pytest.mark.parametrize("kept", [BOTH, frozenset[str]()])
def test_many_that_ask_at_once_get_one_answer(bucket: Callable[..., Bucket], kept: frozenset[str]) -> None:
    server = bucket(kept)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(unkept, server.store(), ASKED) for _ in range(8)]
    assert all(bool(answer.result()) == (not kept) for answer in answers)


def test_each_prefix_is_asked_for_itself(bucket: Callable[..., Bucket]) -> None:
    server = bucket(BOTH)
    require_conditions(server.store("one"))
    require_conditions(server.store("two"))
    assert sorted(server.objects) == [f"one/{ASKED}", f"two/{ASKED}"]


def test_reading_asks_nothing(bucket: Callable[..., Bucket]) -> None:
    server = bucket()
    server.objects["project/reports/tiny-0123456789ab/manifest.json"] = manifest().model_dump_json().encode()
    assert artifact.find_sealed(server.store(), "report", "tiny", "0123456789ab")
    assert [line.split()[0] for line in server.asked] == ["GET"]


def test_keys_that_may_not_write_are_told_as_such(bucket: Callable[..., Bucket]) -> None:
    server = bucket(BOTH)
    server.refused = "project"
    with pytest.raises(AccessDenied, match=ASKED):
        require_conditions(server.store())


def test_a_folder_is_asked_nothing(directory_store: DirectoryStore) -> None:
    require_conditions(directory_store)
    assert not directory_store.root.exists()


def test_the_embedded_server_keeps_both(s3_store: S3Store) -> None:
    assert unkept(s3_store, ASKED) == []
    assert unkept(s3_store, ASKED) == []
    with pytest.raises(MasklineError):
        s3_store.create(ASKED, b"")
