"""Thresholds beside a checkpoint: which hold, and what is refused."""

import pytest

from maskline.contract.artifact import Artifact, Kind, Manifest, place, seal, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.config import canonical_json
from maskline.contract.errors import CategoryMismatch, Changed, Corrupt, InvalidInput, NotFound
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.thresholds import (
    FILE,
    Threshold,
    Thresholds,
    held_by,
    hold,
    let_go,
    pointer_path,
    read_thresholds,
)

SQUARE = Thresholds(classes={"square": Threshold(score=0.7, pixels=12)})


def make(
    store: Store, kind: Kind, table: CategoryTable, key: str = "1" * 12, data: bytes = b"", **inputs: str
) -> Artifact:
    files = {FILE: write_file(store, place(kind, "tiny", key), FILE, data)}
    manifest = Manifest(
        kind=kind, record="coco/1", name="tiny", id=key, stage="test", categories=table, config={}, inputs=inputs,
        files=files, figures={},
    )  # fmt: skip
    return seal(store, manifest)


def of(checkpoint: Artifact, key: str = "1" * 12, store: Store | None = None) -> Artifact:
    data = canonical_json(SQUARE.model_dump(mode="json"))
    return make(
        store or checkpoint.store, "thresholds", checkpoint.manifest.categories, key, data, checkpoint=checkpoint.uri
    )


@pytest.fixture
def checkpoint(store: Store, table: CategoryTable) -> Artifact:
    return make(store, "checkpoint", table)


def test_the_thresholds_that_hold_are_the_last_ones(checkpoint: Artifact) -> None:
    assert held_by(checkpoint, None) is None
    first, second = of(checkpoint), of(checkpoint, key="2" * 12)

    for each in (first, second, first):
        hold(each)
        found = held_by(checkpoint, None)
        assert found is not None
        assert found.uri == each.uri
    assert read_thresholds(first, checkpoint) == SQUARE


def test_whoever_comes_late_replaces_nothing(
    directory_store: DirectoryStore, table: CategoryTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = make(directory_store, "checkpoint", table)
    first, second, third = (of(checkpoint, key=digit * 12) for digit in "123")
    hold(first)
    read = directory_store.read_versioned

    def slow(path: str) -> tuple[bytes, str]:
        found = read(path)
        monkeypatch.undo()
        hold(second)
        return found

    monkeypatch.setattr(directory_store, "read_versioned", slow)
    with pytest.raises(Changed):
        hold(third)
    found = held_by(checkpoint, None)
    assert found is not None
    assert found.uri == second.uri


def test_a_store_of_ones_own_is_asked_before_the_checkpoints(
    directory_store: DirectoryStore, tmp_path_factory: pytest.TempPathFactory, table: CategoryTable
) -> None:
    checkpoint, own = make(directory_store, "checkpoint", table), DirectoryStore(tmp_path_factory.mktemp("own"))
    theirs, mine = of(checkpoint), of(checkpoint, store=own)
    hold(theirs)
    assert [found.uri for found in [held_by(checkpoint, own)] if found] == [theirs.uri]
    hold(mine)
    assert [found.uri for found in [held_by(checkpoint, own)] if found] == [mine.uri]


def test_thresholds_of_another_checkpoint_or_of_other_classes_are_refused(
    store: Store, checkpoint: Artifact, table: CategoryTable
) -> None:
    other = make(store, "checkpoint", table, key="2" * 12)
    with pytest.raises(InvalidInput, match=r"holds thresholds of .*tiny-2{12}, not of .*tiny-1{12}"):
        read_thresholds(of(other), checkpoint)

    renamed = table.model_copy(update={"policy": "another"})
    data = canonical_json(SQUARE.model_dump(mode="json"))
    strange = make(store, "thresholds", renamed, "3" * 12, data, checkpoint=checkpoint.uri)
    with pytest.raises(CategoryMismatch, match="policy another"):
        read_thresholds(strange, checkpoint)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{", "is no document of schema maskline/thresholds/1"),
        (b'{"classes":{"square":{"score":2,"pixels":0}}}', "classes.square.score"),
        (b'{"classes":{"hexagon":{"score":0.5,"pixels":0}}}', "has a threshold of 'hexagon', a class that is not in"),
    ],
)
def test_damaged_thresholds_are_one_error(store: Store, checkpoint: Artifact, data: bytes, told: str) -> None:
    table = checkpoint.manifest.categories
    damaged = make(store, "thresholds", table, "4" * 12, data, checkpoint=checkpoint.uri)
    with pytest.raises(Corrupt, match=told):
        read_thresholds(damaged, checkpoint)


def test_a_pointer_to_nothing_says_what_to_do(store: Store, checkpoint: Artifact) -> None:
    gone = of(checkpoint)
    hold(gone)
    store.delete(f"{gone.manifest.prefix}/manifest.json")
    for path in store.list(gone.manifest.prefix):
        store.delete(path)
    with pytest.raises(
        NotFound, match=r"tuned/tiny-1{12}\.json points to thresholds that are gone.*tune the checkpoint"
    ):
        held_by(checkpoint, None)
    store.write(pointer_path(checkpoint.uri), b"[]")
    with pytest.raises(Corrupt, match="no document of schema maskline/tuned/1"):
        held_by(checkpoint, None)


def test_what_goes_takes_its_pointer_along(store: Store, checkpoint: Artifact) -> None:
    first, second = of(checkpoint), of(checkpoint, key="2" * 12)
    hold(second)
    for artifact, left in ((first, True), (second, False)):
        let_go(store, artifact)
        assert store.exists(pointer_path(checkpoint.uri)) is left
    hold(first)
    let_go(store, checkpoint)
    assert not store.exists(pointer_path(checkpoint.uri))
