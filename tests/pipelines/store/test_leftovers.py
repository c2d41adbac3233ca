"""What prune finds of unfinished work: all of what was given up, and nothing of what may be at work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maskline.contract.artifact import FileEntry, Manifest, Receipt, place, seal, write_file, write_receipt
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.store import Store, Written
from maskline.contract.store.conditions import ASKED
from maskline.contract.store.directory import TEMPORARY, DirectoryStore
from maskline.pipelines.store.leftovers import leftovers
from maskline.pipelines.store.sweep import sweep

TABLE = CategoryTable(domain="shapes", policy="plain", categories=(Category(id=1, name="square", colour="#1f77b4"),))
ID = "0123456789ab"
PREFIX = place("dataset", "tiny", ID)
LATER = timedelta(hours=1)


def sealed(store: Store) -> set[str]:
    """Seal a dataset of one file, and return its paths."""
    entry = write_file(store, PREFIX, "a.bin", b"first")
    fields = {"kind": "dataset", "record": "", "name": "tiny", "id": ID, "stage": "any", "config": {}, "inputs": {}}
    files: dict[str, FileEntry] = {"a.bin": entry}
    seal(store, Manifest.model_validate({**fields, "categories": TABLE, "files": files, "figures": {}}))
    return set(store.list(PREFIX))


def begun(store: Store) -> None:
    """Leave what a killed render leaves: a file, and its receipt."""
    entry = write_file(store, PREFIX, "a.bin", b"first")
    write_receipt(store, ID, "shards/train-00000", Receipt(files={"a.bin": entry}, figures={}))


def left(store: Store) -> set[str]:
    """Return what lies in a store besides what it was asked with."""
    return {*store.list("")} - {ASKED}


def swept(store: Store, before: datetime) -> list[str]:
    return [*sweep(store, 1, before, (), really=True)]


def test_what_was_given_up_goes_with_its_receipts(store: Store) -> None:
    begun(store)
    store.write("work/ba9876543210/resume/newest.json", b"{}")
    store.write("work/ba9876543210/resume/abc-00000004.pt", b"state")
    found = {left.folder: left.why.partition(",")[0] for left in leftovers(store, datetime.now(UTC) + LATER)}
    given_up = "of work that was given up"
    assert found == {f"work/{ID}": given_up, "work/ba9876543210": given_up, PREFIX: "begun and never sealed"}
    assert list(found)[-1] == PREFIX  # a receipt never names a file that has gone
    assert len(swept(store, datetime.now(UTC) + LATER)) == 4
    assert left(store) == set()


def test_work_that_was_touched_since_stays_whole(store: Store) -> None:
    begun(store)
    assert leftovers(store, datetime.now(UTC) - LATER) == []


def test_old_files_stay_while_others_of_the_same_work_are_new(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large dataset is drawn for days: its first shards are old when the last ones are written."""
    begun(store)
    now, real = datetime.now(UTC), store.written

    def aged(prefix: str) -> dict[str, Written]:
        old = now - timedelta(days=90)
        return {path: file._replace(time=now if "work/" in path else old) for path, file in real(prefix).items()}

    monkeypatch.setattr(store, "written", aged)
    assert leftovers(store, now - LATER) == []


def test_what_the_second_maker_wrote_goes_and_the_sealed_artifact_stays(store: Store) -> None:
    kept = sealed(store)
    begun(store)
    write_file(store, PREFIX, "a.bin", b"second")
    assert {left.folder for left in leftovers(store, datetime.now(UTC) + LATER)} == {PREFIX, f"work/{ID}"}
    swept(store, datetime.now(UTC) + LATER)
    assert left(store) == kept


def test_a_sealed_artifact_has_nothing_left_over_however_old_it_is(store: Store) -> None:
    sealed(store)
    assert leftovers(store, datetime.now(UTC) + LATER) == []


@pytest.mark.parametrize(
    "path", ["datasets/notes.txt", "datasets/my-pictures/a.png", "work/prune/datasets/x-1", "other/a"]
)
def test_what_maskline_did_not_write_is_nobodys_leftover(store: Store, path: str) -> None:
    store.write(path, b"")
    assert leftovers(store, datetime.now(UTC) + LATER) == []


def test_what_a_killed_writer_left_half_goes(directory_store: DirectoryStore) -> None:
    kept = sealed(directory_store)
    half = directory_store.root / PREFIX / "a" / f"{TEMPORARY}xyz"
    half.write_bytes(b"fir")
    assert set(directory_store.list("")) == kept
    swept(directory_store, datetime.now(UTC) + LATER)
    assert not half.exists()
    assert set(directory_store.list("")) == kept


def test_telling_removes_nothing_and_says_how_much_it_would_be(directory_store: DirectoryStore, tmp_path: Path) -> None:
    begun(directory_store)
    before = directory_store.list("")
    told = [*sweep(directory_store, 1, datetime.now(UTC) + LATER, (), really=False)]
    assert told[1].startswith(f"would remove 1 files in {tmp_path.as_uri()}")
    assert told[-1] == "0.0 MB would be removed; --yes does it"
    assert directory_store.list("") == before
