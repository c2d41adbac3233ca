"""A champion steps down, for one that reigned before it or for nobody; history tells everything that happened."""

import pytest

from maskline.contract.artifact import Manifest, seal
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import Champion, Reign, crown, read_champion, thrones, write_champion
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.store.succession import retire, roll_back, throne_of

TABLE = CategoryTable(domain="shapes", policy="plain", categories=(Category(id=1, name="square", colour="#1f77b4"),))


def checkpoint(store: Store, number: int) -> str:
    manifest = Manifest(
        kind="checkpoint", record="", name="tiny", id=f"{number:012x}", stage="train", categories=TABLE, config={},
        inputs={}, files={}, figures={},
    )  # fmt: skip
    return seal(store, manifest).uri


def reigned(store: Store, *checkpoints: str, table: str = TABLE.key) -> None:
    champion: Champion | None = None
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
    write_champion(store, "shapes", table, champion, None)


def test_rolling_back_lets_the_one_before_reign_and_keeps_history(store: Store) -> None:
    first, second = checkpoint(store, 1), checkpoint(store, 2)
    reigned(store, first, second)

    restored = roll_back(store, throne_of(store, "shapes", ""), "now")

    assert (restored.checkpoint, restored.report) == (first, "r0")
    assert [reign.checkpoint for reign in restored.history] == [first, second, first]
    assert restored.history[-1].reason == f"rolled back by hand from {second}"
    found = read_champion(store, "shapes", TABLE.key)
    assert found
    assert found[0] == restored


def test_any_former_champion_can_be_named_and_no_other(directory_store: DirectoryStore) -> None:
    first, second, third = (checkpoint(directory_store, number) for number in (1, 2, 3))
    reigned(directory_store, first, second, third)

    assert roll_back(directory_store, throne_of(directory_store, "shapes", ""), "now", first).checkpoint == first
    for uri in (first, "s3://x/checkpoints/never-000000000009"):
        with pytest.raises(InvalidInput, match=f"{uri}: no former champion"):
            roll_back(directory_store, throne_of(directory_store, "shapes", TABLE.key), "later", uri)


def test_a_champion_whose_files_are_gone_cannot_come_back(directory_store: DirectoryStore) -> None:
    first, second = checkpoint(directory_store, 1), checkpoint(directory_store, 2)
    reigned(directory_store, first, second)
    for path in directory_store.list("checkpoints/tiny-000000000001"):
        directory_store.delete(path)

    with pytest.raises(NotFound, match="tiny-000000000001 does not exist"):
        roll_back(directory_store, throne_of(directory_store, "shapes", ""), "now")
    (throne,) = thrones(directory_store)
    assert throne.champion.checkpoint == second


def test_whoever_is_retired_reigns_no_more_though_its_files_are_gone_and_can_come_back_if_they_are_not(
    store: Store,
) -> None:
    only = checkpoint(store, 1)
    reigned(store, "file:///gone/checkpoints/tiny-000000000007", only)

    vacant = retire(store, throne_of(store, "shapes", ""), "noon")

    assert (vacant.checkpoint, vacant.figure) == ("", None)
    assert [reign.retired for reign in vacant.history] == ["", "noon"]
    with pytest.raises(InvalidInput, match="nobody reigns, so nobody can be retired"):
        retire(store, throne_of(store, "shapes", ""), "later")
    restored = roll_back(store, throne_of(store, "shapes", ""), "evening")
    assert (restored.checkpoint, restored.history[-1].retired) == (only, "")
    assert restored.history[-1].reason == "rolled back by hand from nobody"
    retire(store, throne_of(store, "shapes", ""), "night")


def test_a_promotion_that_came_between_is_not_undone(directory_store: DirectoryStore) -> None:
    first, second = checkpoint(directory_store, 1), checkpoint(directory_store, 2)
    reigned(directory_store, first)
    seen = throne_of(directory_store, "shapes", "")
    found = read_champion(directory_store, "shapes", TABLE.key)
    assert found
    reign = found[0].history[0].model_copy(update={"checkpoint": second})
    write_champion(directory_store, "shapes", TABLE.key, crown(reign, found[0]), found[1])

    with pytest.raises(InvalidInput, match="was changed by somebody else since it was looked at"):
        retire(directory_store, seen, "now")
    assert throne_of(directory_store, "shapes", "").champion.checkpoint == second


def test_of_several_tables_one_must_be_named(directory_store: DirectoryStore) -> None:
    with pytest.raises(NotFound, match="shapes has no champion yet"):
        throne_of(directory_store, "shapes", "")
    reigned(directory_store, checkpoint(directory_store, 1))
    reigned(directory_store, checkpoint(directory_store, 2), table="finer-01234567")
    with pytest.raises(InvalidInput, match=f"each of 2 category tables: name one .finer-01234567, {TABLE.key}."):
        throne_of(directory_store, "shapes", "")
    with pytest.raises(InvalidInput, match="'plain' is no category table of shapes that had a champion"):
        throne_of(directory_store, "shapes", "plain")
    assert throne_of(directory_store, "shapes", "finer-01234567").table == "finer-01234567"
