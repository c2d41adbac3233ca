"""The classes: ids that never change, sides under one policy only, and users' own."""

import colorsys
from typing import Any

import pytest

from maskline.sketches.categories import OBJECTS, TABLE, table
from maskline.sketches.entry import domain
from maskline.sketches.grammar.reading import shipped
from maskline.strokes.classes import Classes, mirrored, object_of, part_name, part_of, side_of, without_side

INITIAL = {name.partition("/")[2] for name in table(extended=False).names if "/" in name}


def test_the_labels_are_eighteen_or_with_sides_twenty_two() -> None:
    extended = {part_of(name) for name in Classes(table(extended=True)).parts}
    assert (len(INITIAL), len(extended)) == (18, 22)
    assert {without_side(f"4leg/{part}") for part in extended} == {f"4leg/{part}" for part in INITIAL}


def test_both_policies_share_ids_and_ids_are_those_of_the_first_release() -> None:
    initial, extended = (Classes(table(extended=each)).id for each in (False, True))
    assert all(extended.get(name, number) == number for name, number in initial.items())
    assert [initial[name] for name in OBJECTS] == [1, 2, 3, 4, 5, 6, 7]
    assert (extended["tree/steam"], extended["4leg/front-left-foot"], extended["2leg/back-right-paw"]) == (21, 42, 57)


def test_every_class_with_a_side_has_its_mirror_image() -> None:
    names = set(TABLE.names)
    assert {mirrored(name) for name in names} == names
    assert sum(side_of(name) == "left" for name in names) == sum(side_of(name) == "right" for name in names) == 8


def test_colours_can_be_read_on_white_and_left_is_cold_where_right_is_warm() -> None:
    colour = {one.name: [int(one.colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for one in TABLE.categories}
    assert max(colorsys.rgb_to_hls(*rgb)[1] for rgb in colour.values()) < 0.62
    for name in (name for name in TABLE.names if side_of(name) == "left"):
        assert abs(colorsys.rgb_to_hls(*colour[name])[0] - colorsys.rgb_to_hls(*colour[mirrored(name)])[0]) > 0.2


@pytest.mark.parametrize("category", OBJECTS)
def test_what_a_shipped_description_draws_is_what_the_table_has(category: str) -> None:
    parts = {part_of(name) for name in Classes(table(extended=False)).parts if object_of(name) == category}
    assert set(shipped(category).parts) == parts


def test_a_category_of_ones_own_comes_after_the_seven_and_moves_no_id(centipede: dict[str, Any]) -> None:
    found = domain.categories(domain.drawing("demo", {"own": [centipede]}))
    assert found.categories[: len(TABLE.categories)] == TABLE.categories
    assert [name for name in found.names if name.startswith("centipede")] == [
        "centipede",
        part_name("centipede", "body"),
        part_name("centipede", "left-leg"),
        part_name("centipede", "right-leg"),
    ]
    assert found.id_of("centipede") == 1000
    assert found.policy == "extended, centipede"
