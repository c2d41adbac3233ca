"""A champion steps down for one that reigned before it; history tells everything that happened."""

import pytest

from maskline.contract.artifact import Manifest, seal
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import Champion, Reign, crown, read_champion, roll_back, write_champion
from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.contract.runs.record import Record, read_record, record_path, records, write_record
from maskline.contract.store import Store

TABLE = CategoryTable(domain="shapes", policy="plain", categories=(Category(id=1, name="square", colour="#1f77b4"),))


def checkpoint(store: Store, number: int) -> str:
    manifest = Manifest(
        kind="checkpoint",
        record="",
        name="tiny",
        id=f"{number:012x}",
        stage="train",
        categories=TABLE,
        config={},
        inputs={},
        files={},
        figures={},
    )
    return seal(store, manifest).uri


def reigned(store: Store, *checkpoints: str) -> Champion:
    champion = None
    for number, uri in enumerate(checkpoints):
        reign = Reign(time=f"{number}", checkpoint=uri, report=f"r{number}", dataset="d", mask_ap=0.1, reason="won")
        champion = crown(reign, champion)
    assert champion
    write_champion(store, "shapes", champion, None)
    return champion


def test_rolling_back_lets_the_one_before_reign_and_keeps_history(store: Store) -> None:
    first, second = checkpoint(store, 1), checkpoint(store, 2)
    reigned(store, first, second)

    restored = roll_back(store, "shapes", "now")

    assert (restored.checkpoint, restored.report) == (first, "r0")
    assert [reign.checkpoint for reign in restored.history] == [first, second, first]
    assert restored.history[-1].reason == f"rolled back by hand from {second}"
    found = read_champion(store, "shapes")
    assert found
    assert found[0] == restored


def test_any_former_champion_can_be_named_and_no_other(store: Store) -> None:
    first, second, third = (checkpoint(store, number) for number in (1, 2, 3))
    reigned(store, first, second, third)

    assert roll_back(store, "shapes", "now", first).checkpoint == first
    for uri in (first, "s3://x/checkpoints/never-000000000009"):
        with pytest.raises(InvalidInput, match=f"{uri}: no former champion"):
            roll_back(store, "shapes", "later", uri)


def test_a_champion_whose_files_are_gone_cannot_come_back(store: Store) -> None:
    first, second = checkpoint(store, 1), checkpoint(store, 2)
    reigned(store, first, second)
    for path in store.list("checkpoints/tiny-000000000001"):
        store.delete(path)

    with pytest.raises(NotFound, match="tiny-000000000001 does not exist"):
        roll_back(store, "shapes", "now")
    found = read_champion(store, "shapes")
    assert found
    assert found[0].checkpoint == second


def test_without_a_champion_there_is_nothing_to_roll_back(store: Store) -> None:
    with pytest.raises(NotFound, match="shapes has no champion yet"):
        roll_back(store, "shapes", "now")


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
