"""Who reigns: a champion for each category table, the one pointer of before moved to its table, and nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from maskline.contract.artifact import Manifest, seal
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import (
    UNKNOWN,
    Champion,
    Reign,
    champion_path,
    crown,
    only_champion,
    read_champion,
    reigning,
    thrones,
    write_champion,
)
from maskline.contract.config import canonical_json
from maskline.contract.errors import AccessDenied, Corrupt, InvalidInput, NotFound, StoreUnavailable
from maskline.contract.runs.record import Record, read_record, record_path, records, write_record
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore

TABLE = CategoryTable(domain="shapes", policy="plain", categories=(Category(id=1, name="square", colour="#1f77b4"),))
FORMER = "models/shapes/champion.json"


def checkpoint(store: Store, number: int, table: CategoryTable = TABLE) -> str:
    manifest = Manifest(
        kind="checkpoint",
        record="",
        name="tiny",
        id=f"{number:012x}",
        stage="train",
        categories=table,
        config={},
        inputs={},
        files={},
        figures={},
    )
    return seal(store, manifest).uri


def reigned(*checkpoints: str) -> Champion:
    champion = None
    for number, uri in enumerate(checkpoints):
        reign = Reign(
            time=f"{number}",
            checkpoint=uri,
            report=f"r{number}",
            dataset="d",
            measure="mask AP",
            figure=0.1,
            reason="won",
        )
        champion = crown(reign, champion)
    assert champion
    return champion


def former(store: Store, champion: Champion) -> bytes:
    """Write the pointer as it was when a domain had one, before reigns could end by hand."""
    document = of_pictures(champion)
    for reign in document["history"]:
        del reign["retired"]
    data = canonical_json(document)
    store.write(FORMER, data)
    return data


def of_pictures(champion: Champion) -> dict[str, Any]:
    """Return the pointer as it was while there were pictures only."""
    document = champion.model_dump(mode="json") | {"schema_version": "maskline/champion/1"}
    for told in (document, *document["history"]):
        del told["measure"]
        told["mask_ap"] = told.pop("figure")
    return document


def test_a_pointer_of_before_there_were_kinds_is_read_and_told_anew_by_the_next_who_reigns(
    directory_store: DirectoryStore,
) -> None:
    champion, path = reigned("c1"), champion_path("shapes", TABLE.key)
    directory_store.write(path, canonical_json(of_pictures(champion)))
    found = read_champion(directory_store, "shapes", TABLE.key)
    assert found
    assert found[0] == champion
    assert (champion.measure, champion.figure) == ("mask AP", 0.1)
    write_champion(directory_store, "shapes", TABLE.key, crown(reigned("c2").history[0], found[0]), found[1])
    assert b"mask_ap" not in directory_store.read(path)
    (throne,) = thrones(directory_store)
    assert [reign.checkpoint for reign in throne.champion.history] == ["c1", "c2"]


def test_a_tables_key_names_its_policy_and_changes_with_all_that_makes_it_another_but_not_with_colours() -> None:
    recoloured = TABLE.model_copy(
        update={"categories": (TABLE.categories[0].model_copy(update={"colour": "#000000"}),)}
    )
    named = TABLE.model_copy(update={"categories": (TABLE.categories[0].model_copy(update={"name": "box"}),)})
    others = [TABLE.model_copy(update={"policy": "Plain!"}), TABLE.model_copy(update={"domain": "cells"}), named]

    assert recoloured.key == TABLE.key
    assert len({table.key for table in (TABLE, *others)}) == 4
    assert TABLE.key.startswith("plain-")
    assert TABLE.model_copy(update={"policy": "../:/"}).key.startswith("table-")


def test_the_pointer_of_before_is_moved_to_the_table_that_it_is_of_whoever_is_asked_for(store: Store) -> None:
    champion = reigned(checkpoint(store, 1), checkpoint(store, 2))
    former(store, champion)

    assert read_champion(store, "shapes", "other-00000000") is None

    assert not store.exists(FORMER)
    found = read_champion(store, "shapes", TABLE.key)
    assert found
    assert found[0] == champion
    assert [throne.name for throne in thrones(store)] == [f"shapes/{TABLE.key}"]


class Killed(Exception):
    """The process is gone."""


class Dying:
    """A store whose user is killed before it deletes anything."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def delete(self, _path: str) -> None:
        raise Killed


def test_a_move_that_was_killed_is_ended_by_the_next_and_what_was_promoted_meanwhile_stays(store: Store) -> None:
    first, second = checkpoint(store, 1), checkpoint(store, 2)
    former(store, reigned(first))
    dying: Any = Dying(store)
    with pytest.raises(Killed):
        read_champion(dying, "shapes", TABLE.key)
    found = read_champion(store, "shapes", TABLE.key)
    assert found
    write_champion(store, "shapes", TABLE.key, crown(reigned(second).history[0], found[0]), found[1])

    (throne,) = thrones(store)

    assert not store.exists(FORMER)
    assert [reign.checkpoint for reign in throne.champion.history] == [first, second]


def test_many_who_move_it_at_once_leave_one_pointer_and_all_see_it(store: Store) -> None:
    champion, readers = reigned(checkpoint(store, 1)), 6
    former(store, champion)
    together = Barrier(readers)

    def read(_number: int) -> Champion | None:
        together.wait()
        found = read_champion(store, "shapes", TABLE.key)
        return found[0] if found else None

    with ThreadPoolExecutor(readers) as pool:
        assert list(pool.map(read, range(readers))) == [champion] * readers
    assert [path for path in store.list("models") if path.endswith(".json")] == [champion_path("shapes", TABLE.key)]


@pytest.mark.parametrize("refusal", [AccessDenied, StoreUnavailable])
def test_where_nothing_may_be_written_the_pointer_of_before_is_read_where_it_is(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, refusal: type[Exception]
) -> None:
    champion = reigned(checkpoint(directory_store, 1))
    data = former(directory_store, champion)

    def create(_path: str, _data: bytes) -> None:
        raise refusal("no")

    monkeypatch.setattr(directory_store, "create", create)
    found = read_champion(directory_store, "shapes", TABLE.key)
    assert found
    assert found[0] == champion
    assert read_champion(directory_store, "shapes", "other-00000000") is None
    assert [(throne.table, throne.champion) for throne in thrones(directory_store)] == [(TABLE.key, champion)]
    assert directory_store.read(FORMER) == data


def test_a_pointer_of_before_whose_files_are_all_gone_is_in_nobodys_way(directory_store: DirectoryStore) -> None:
    former(directory_store, reigned("file:///gone/checkpoints/tiny-000000000001"))

    assert reigning(directory_store, "shapes", TABLE.key) == ""

    assert [throne.table for throne in thrones(directory_store)] == [UNKNOWN]
    assert not directory_store.exists(FORMER)


def test_the_champion_is_the_one_that_there_is_and_several_are_named(directory_store: DirectoryStore) -> None:
    with pytest.raises(NotFound, match="holds no champion of domain 'shapes' yet"):
        only_champion(directory_store, "shapes")
    finer = TABLE.model_copy(update={"policy": "finer"})
    first, second = checkpoint(directory_store, 1), checkpoint(directory_store, 2, finer)
    write_champion(directory_store, "shapes", TABLE.key, reigned(first), None)
    assert only_champion(directory_store, "shapes") == only_champion(directory_store) == first
    write_champion(directory_store, "shapes", finer.key, reigned(second), None)
    with pytest.raises(InvalidInput, match="holds 2 champions, one for each category table") as fault:
        only_champion(directory_store)
    assert all(f"shapes/{key}: {uri}" in str(fault.value) for key, uri in ((TABLE.key, first), (finer.key, second)))


def record(run: str, time: str, reason: str = "won") -> Record:
    return Record(
        run=run,
        time=time,
        decision="promoted",
        reason=reason,
        report="r",
        champion_report="",
        checkpoint="c",
        champion="c",
    )


def test_of_two_decisions_of_one_run_the_first_holds(store: Store) -> None:
    first = write_record(store, "shapes", record("run-1", "1"))

    assert write_record(store, "shapes", record("run-1", "2", "lost")) == first
    assert read_record(store, "shapes", "run-1") == first
    assert read_record(store, "shapes", "run-2") is None


def test_records_come_oldest_first(store: Store) -> None:
    for run, time in (("b", "2026-01-02"), ("a", "2026-01-03"), ("c", "2026-01-01")):
        write_record(store, "shapes", record(run, time))

    assert [found.run for found in records(store, "shapes")] == ["c", "b", "a"]


def test_a_record_of_another_schema_is_named(store: Store) -> None:
    store.write(record_path("shapes", "x"), b'{"schema_version": "maskline/run/9"}')

    with pytest.raises(Corrupt, match=r"runs/x\.json is no document of schema maskline/run/1: schema_version"):
        read_record(store, "shapes", "x")
