"""Tables with the same meaning meet; others are told apart by name."""

import pytest

from maskline.contract.categories import CategoryTable, require_same
from maskline.contract.config import parse
from maskline.contract.errors import CategoryMismatch, InvalidInput


def test_names_and_ids(table: CategoryTable) -> None:
    assert table.names == ("square", "circle")
    assert table.id_of("circle") == 2
    with pytest.raises(InvalidInput, match="category 'star' is not in the table of shapes"):
        table.id_of("star")


def test_colours_do_not_count(table: CategoryTable) -> None:
    painted = table.model_copy(
        update={"categories": tuple(c.model_copy(update={"colour": "#123456"}) for c in table.categories)}
    )
    require_same(table, "a", painted, "b")


@pytest.mark.parametrize("change", [{"policy": "other"}, {"domain": "other"}])
def test_a_mismatch_names_both_sides(table: CategoryTable, change: dict[str, str]) -> None:
    with pytest.raises(CategoryMismatch, match=r"s3://a has the categories .*plain.*, but s3://b has .*other"):
        require_same(table, "s3://a", table.model_copy(update=change), "s3://b")


def test_ids_are_unique(table: CategoryTable) -> None:
    twice = {**table.model_dump(), "categories": [c.model_dump() | {"id": 1} for c in table.categories]}
    with pytest.raises(InvalidInput, match=r"must be unique, got \[1, 1\]"):
        parse(CategoryTable, twice, "table")
