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
    with pytest.raises(
        CategoryMismatch, match=r"^s3://a has categories of .*plain.*, but s3://b has categories of .*other"
    ):
        require_same(table, "s3://a", table.model_copy(update=change), "s3://b")


def test_a_mismatch_names_the_first_few_classes_that_only_one_side_has(table: CategoryTable) -> None:
    further = tuple(table.categories[0].model_copy(update={"id": 3 + i, "name": f"star{i}"}) for i in range(9))
    many = table.model_copy(update={"categories": table.categories + further})
    with pytest.raises(CategoryMismatch) as fault:
        require_same(table, "a", many, "b")
    names = ", ".join(f"{3 + i} star{i}" for i in range(6))
    assert str(fault.value) == (
        "a has categories of shapes, policy plain, and none of its own, "
        f"but b has categories of shapes, policy plain, and among them {names} and 3 more"
    )


def test_ids_are_unique(table: CategoryTable) -> None:
    twice = {**table.model_dump(), "categories": [c.model_dump() | {"id": 1} for c in table.categories]}
    with pytest.raises(InvalidInput, match=r"must be unique, got \[1, 1\]"):
        parse(CategoryTable, twice, "table")
