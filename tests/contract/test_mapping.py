"""Whose categories become which: the names that files have against a table, a mapping, or a table of their own."""

from pathlib import Path
from typing import Any

import pytest

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.kind.exchange import OWN, ImportConfig
from maskline.contract.kind.mapping import IGNORE, settle

TABLE = CategoryTable(
    domain="shapes",
    policy="1",
    categories=(Category(id=3, name="ring", colour="#aa0000"), Category(id=5, name="bar", colour="#0000aa")),
)


def config(**options: Any) -> ImportConfig:
    given: dict[str, Any] = {"sources": ("a",), "name": "a", "table": TABLE} | options
    return ImportConfig(**given)


def test_equal_names_need_nothing_and_names_that_nothing_has_are_let_be() -> None:
    found = settle(config(), ["bar", "unused"], {"bar"})
    assert (found.table, found.names, found.ids("bar")) == (TABLE, {"bar": "bar"}, (5,))


def test_a_file_maps_names_and_what_is_ignored_counts_for_every_category(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(f"hoop: ring\ncaption: {IGNORE}\n")
    found = settle(config(categories=str(mapping)), ["hoop", "caption"], {"hoop", "caption"})
    assert (found.ids("hoop"), found.ids("caption")) == ((3,), (3, 5))


def test_a_name_that_instances_have_and_nothing_maps_is_told() -> None:
    with pytest.raises(InvalidInput, match=r"no category of shapes \(ring, bar\) is called box, hoop: .*'box: ring'"):
        settle(config(), ["hoop", "box"], ["hoop", "box"])
    with pytest.raises(NotFound, match="--categories gone: there is no such file, and it is not own"):
        settle(config(categories="gone"), ["ring"], ())


def test_their_own_names_become_a_table_of_the_domain_in_their_order() -> None:
    found = settle(config(categories=OWN, domain="cells"), ["b", IGNORE, "a", "b"], ())
    assert (found.table.domain, found.table.policy, found.table.names) == ("cells", "imported", ("b", "a"))
    assert [category.id for category in found.table.categories] == [1, 2]
    assert len({category.colour for category in found.table.categories}) == 2
    with pytest.raises(InvalidInput, match="the documents declare no categories"):
        settle(config(categories=OWN), [IGNORE], ())
