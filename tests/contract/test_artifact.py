"""A reader accepts a sealed artifact with its very bytes, and nothing else."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from maskline.contract.artifact import (
    FileEntry,
    Kind,
    Manifest,
    Receipt,
    find_sealed,
    open_sealed,
    read_entry,
    read_receipt,
    seal,
    write_file,
    write_receipt,
)
from maskline.contract.categories import CategoryTable
from maskline.contract.errors import Corrupt, EmptySplit, InvalidInput, NotFound, NotSealed, StoreUnavailable
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore

ID = "0123456789ab"


def manifest(table: CategoryTable, files: dict[str, FileEntry], kind: Kind = "dataset", **figures: int) -> Manifest:
    """A manifest of `files`."""
    return Manifest(
        kind=kind,
        record="coco/1",
        name="small",
        id=ID,
        stage="render",
        categories=table,
        config={},
        inputs={},
        files=files,
        figures=figures,
    )


PREFIX = f"datasets/small-{ID}"


def test_a_sealed_artifact_opens_by_its_uri(store: Store, table: CategoryTable) -> None:
    entry = write_file(store, PREFIX, "shards/val-00000.json", b'{"images": []}')
    sealed = seal(store, manifest(table, {"shards/val-00000.json": entry}))
    opened = open_sealed(sealed.uri, "dataset")
    assert opened.manifest == sealed.manifest
    assert opened.read("shards/val-00000.json") == b'{"images": []}'
    assert find_sealed(store, "dataset", "small", ID) is not None


def test_without_a_manifest_nobody_reads(store: Store) -> None:
    write_file(store, PREFIX, "a", b"1")
    assert find_sealed(store, "dataset", "small", ID) is None
    with pytest.raises(NotSealed, match=r"has no manifest\.json: it was never finished"):
        open_sealed(f"{store.uri}/{PREFIX}", "dataset")


def test_a_missing_artifact_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match=f"{PREFIX} does not exist: a dataset was expected"):
        open_sealed(f"{store.uri}/{PREFIX}", "dataset")


def test_another_kind_is_refused(store: Store, table: CategoryTable) -> None:
    sealed = seal(store, manifest(table, {}, "report"))
    with pytest.raises(InvalidInput, match="is of kind report, but a dataset was expected"):
        open_sealed(sealed.uri, "dataset")


@pytest.mark.parametrize("uri", ["", "datasets", "s3://bucket", "s3://bucket/pictures/small-0123456789ab"])
def test_what_is_no_artifact_is_refused(uri: str) -> None:
    with pytest.raises(InvalidInput, match=f"'{uri}' is no artifact"):
        open_sealed(uri, "dataset")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-1], "has 4 bytes, its manifest says 5"),
        (lambda data: b"X" + data[1:], "has sha256"),
        (lambda data: data + b"!", "has 6 bytes, its manifest says 5"),
    ],
)
def test_one_changed_byte_is_an_error_that_names_the_file(
    store: Store, table: CategoryTable, damage: Callable[[bytes], bytes], message: str
) -> None:
    entry = write_file(store, PREFIX, "a.bin", b"right")
    sealed = seal(store, manifest(table, {"a.bin": entry}))
    store.write(f"{PREFIX}/{entry.key}", damage(b"right"))
    with pytest.raises(Corrupt, match=f"{entry.key} {message}"):
        sealed.read("a.bin")


def test_other_bytes_of_a_file_lie_elsewhere_and_the_same_bytes_where_they_were(store: Store) -> None:
    names = ("shards/val-00000.json", "a", "tensorboard/events.out.tfevents", ".hidden", "overlays/my scan.tar.gz.png")
    first, again, other = ([write_file(store, PREFIX, name, data) for name in names] for data in (b"1", b"1", b"2"))
    assert first == again
    keys = [entry.key for entry in (*first, *other)]
    assert sorted(store.list(PREFIX)) == sorted(f"{PREFIX}/{key}" for key in keys)
    assert len(set(keys)) == 2 * len(names)
    assert [read_entry(store, PREFIX, entry) for entry in (*first, *other)] == [b"1"] * 5 + [b"2"] * 5
    assert first[0].key == "shards/val-00000/6b86b273ff34.json"


def test_a_manifest_of_another_schema_is_refused(store: Store) -> None:
    store.write(f"{PREFIX}/manifest.json", b'{"schema_version": "maskline/manifest/2"}')
    with pytest.raises(Corrupt, match=r"no document of schema maskline/manifest/1: schema_version"):
        open_sealed(f"{store.uri}/{PREFIX}", "dataset")


def test_who_seals_second_adopts_the_first(store: Store, table: CategoryTable) -> None:
    entries = {attempt: write_file(store, PREFIX, "a", attempt.encode()) for attempt in ("one", "two")}
    start, sealed = threading.Barrier(2), []

    def attempt(name: str) -> None:
        start.wait()
        sealed.append(seal(store, manifest(table, {"a": entries[name]})).read("a"))

    threads = [threading.Thread(target=attempt, args=(name,)) for name in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sealed in ([b"one", b"one"], [b"two", b"two"])


def test_work_dies_at_sealing(store: Store, table: CategoryTable) -> None:
    receipt = Receipt(files={}, figures={"instances": 3})
    write_receipt(store, ID, "train-00000", receipt)
    assert read_receipt(store, ID, "train-00000") == receipt
    assert read_receipt(store, ID, "train-00001") is None
    seal(store, manifest(table, {}))
    assert store.list("work") == []


def test_a_full_disk_at_sealing_seals_nothing(
    directory_store: DirectoryStore,
    table: CategoryTable,
    disk_full_after: Callable[[int], AbstractContextManager[None]],
) -> None:
    entry = write_file(directory_store, PREFIX, "a", b"1")
    with disk_full_after(100), pytest.raises(StoreUnavailable, match=r"manifest\.json cannot be written"):
        seal(directory_store, manifest(table, {"a": entry}))
    assert find_sealed(directory_store, "dataset", "small", ID) is None


def test_an_empty_split_is_named(directory_store: DirectoryStore, table: CategoryTable) -> None:
    dataset = Dataset(seal(directory_store, manifest(table, {})))
    with pytest.raises(EmptySplit, match=r"has nothing in split 'val' \(splits: none\)"):
        dataset.shards("val")


WRITER = """
    import sys
    from maskline.contract.artifact import Manifest, seal, write_file
    from maskline.contract.store import project_store
    store = project_store()
    for number in range(1000):
        name = f"{number:012x}"
        files = {f: write_file(store, f"datasets/small-{name}", f, f.encode() * 50_000) for f in ("a", "b")}
        seal(store, Manifest.model_validate(
            {"kind": "dataset", "record": "", "name": "small", "id": name, "stage": "s", "config": {}, "inputs": {},
             "figures": {}, "files": files, "categories":
             {"domain": "d", "policy": "p", "categories": [{"id": 1, "name": "x", "colour": "#000000"}]}}))
        print(number, flush=True)
"""


def test_a_killed_writer_leaves_nothing_that_a_reader_accepts_half(store: Store) -> None:
    delays = random.Random(7)
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER)], stdout=subprocess.PIPE, env=dict(os.environ)
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(delays.random() * 0.05)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        prefixes = {"/".join(path.split("/")[:2]) for path in store.list("datasets")}
        sealed = [prefix for prefix in prefixes if store.exists(f"{prefix}/manifest.json")]
        assert sealed
        for prefix in sealed:
            artifact = open_sealed(f"{store.uri}/{prefix}", "dataset")
            assert [artifact.read(name) for name in "ab"] == [b"a" * 50_000, b"b" * 50_000]
