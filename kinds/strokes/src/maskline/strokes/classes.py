"""How classes of sketches are named, so that one flat category table tells objects, their parts and their sides.

An object is a plain name, "car"; a part is named after its object, "car/wheel". A part that comes in two sides says
which one in a word of its own, "4leg/front-left-foot". Left and right are those of the picture, as its viewer sees
them, not the animal's: they can be told from the drawing alone, and a mirrored drawing has them exchanged.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from maskline.contract.categories import CategoryTable

PART = "/"
LEFT, RIGHT = "left", "right"
_SIDE = {LEFT: RIGHT, RIGHT: LEFT}


def part_name(thing: str, part: str) -> str:
    """Return the class of a part of an object."""
    return f"{thing}{PART}{part}"


def object_of(name: str) -> str:
    """Return the object whose class or whose part's class is called `name`."""
    return name.partition(PART)[0]


def part_of(name: str) -> str:
    """Return what a part is called within its object; nothing for an object."""
    return name.partition(PART)[2]


def side_of(name: str) -> str:
    """Return `left` or `right`, or nothing for what has no sides."""
    return next((word for word in part_of(name).split("-") if word in _SIDE), "")


def mirrored(name: str) -> str:
    """Return what a class is called in a drawing that is mirrored from left to right."""
    thing, slash, part = name.partition(PART)
    return thing + slash + "-".join(_SIDE.get(word, word) for word in part.split("-"))


def without_side(name: str) -> str:
    """Return the class whatever its side: "4leg/front-left-foot" is a "4leg/front-foot"."""
    thing, slash, part = name.partition(PART)
    return thing + slash + "-".join(word for word in part.split("-") if word not in _SIDE)


class Classes:
    """A category table as objects and their parts."""

    def __init__(self, table: CategoryTable) -> None:
        self.table = table

    @cached_property
    def name(self) -> Mapping[int, str]:
        """Category id -> name."""
        return {category.id: category.name for category in self.table.categories}

    @cached_property
    def id(self) -> Mapping[str, int]:
        """Name -> category id."""
        return {category.name: category.id for category in self.table.categories}

    @cached_property
    def objects(self) -> tuple[str, ...]:
        """The objects' names, in the table's order."""
        return tuple(name for name in self.table.names if not part_of(name))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts' names with their objects', in the table's order."""
        return tuple(name for name in self.table.names if part_of(name))

    def is_part(self, label: Mapping[str, Any]) -> bool:
        """Tell an annotation or result of a part from one of an object."""
        return bool(part_of(self.name[label["category_id"]]))
