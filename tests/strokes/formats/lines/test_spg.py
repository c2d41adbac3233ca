"""SPG's drawings: the third list is the part, and names.json says what it is called."""

import gzip
from collections.abc import Callable

import pytest

from maskline.strokes.formats.reading import Reading
from maskline.strokes.sketch import Part, Thing

Read = Callable[..., Reading]
LINE = '{"id": 12, "drawing": [[[0, 1], [3, 4], [1, 1]], [[5], [5], [0]], [[6, 7, 8], [5, 5, 5], [0, 1, 1]]]}'
NAMES = ("leaf", "stalk, or so")


def test_the_third_list_is_the_part_where_no_word_says_that_it_is_time(reading: Read) -> None:
    (sketch,) = reading(LINE, "parts/apple.ndjson", NAMES).sketches

    assert sketch.name == "parts/apple/12"
    assert all(stroke.times is None for stroke in sketch.strokes)
    parts = (Part("stalk, or so", (0, 2), crowd=True), Part("leaf", (1,), crowd=True))
    assert sketch.things == (Thing("apple", (0, 1, 2), parts),)
    assert sketch.extra == {"id": 12}


def test_a_list_of_parts_that_is_given_twice_counts_once(reading: Read) -> None:
    twice = (
        LINE.replace("[1, 1]]", "[1, 1], [1, 1]]")
        .replace("[0]]", "[0], [0]]")
        .replace("[0, 1, 1]]", "[0, 1, 1], [0, 1, 1]]")
    )

    assert (
        reading(twice, "apple.ndjson", NAMES).sketches[0].things
        == reading(LINE, "apple.ndjson", NAMES).sketches[0].things
    )


def test_parts_without_names_are_numbered(reading: Read) -> None:
    found = reading(LINE, "apple.ndjson")

    assert [part.name for part in found.sketches[0].things[0].parts] == ["part 1", "part 0"]
    assert found.remarks == [
        "apple.ndjson: no names.json beside it names the parts of apple: they are called part 0, part 1, ..."
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (("[1, 1]", "[2, 2]"), "stroke 0: part 2: names.json names only 2 of apple"),
        (("[1, 1]", "[0.5, 1]"), "stroke 0: its parts are [0.5, 1.0], they must be whole numbers, 0 or more"),
        (("[1, 1]", "[-1, 1]"), "stroke 0: its parts are [-1.0, 1.0], they must be whole numbers, 0 or more"),
        (
            ("[0]", "[0], [1]"),
            "stroke 1: it is [[5], [5], [0], [1]], it must be two lists, x and y, or three with times",
        ),
    ],
)
def test_a_part_must_be_one_that_has_a_name(given: tuple[str, str], problem: str, reading: Read) -> None:
    assert reading(LINE.replace(*given), "apple.ndjson", NAMES).problems == [f"apple.ndjson: line 1: {problem}"]


def test_packed_files_are_unpacked(reading: Read) -> None:
    packed = gzip.compress(LINE.encode())

    assert len(reading(packed, "apple.ndjson.gz", NAMES).sketches) == 1
    assert "cannot be unpacked" in reading(packed[:-9], "apple.ndjson.gz", NAMES).problems[0]
    assert "cannot be unpacked" in reading(LINE, "apple.ndjson.gz", NAMES).problems[0]
