"""Sketches of a few strokes, told in a line each: the truth, and results that are wrong in known ways."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.categories import Category, CategoryTable

NAMES = (
    "car",
    "car/body",
    "car/wheel",
    "horse",
    "horse/head",
    "horse/left-leg",
    "horse/right-leg",
    "horse/front-left-foot",
    "horse/front-right-foot",
)
COLOURS = ("#3b6fd6", "#d9762b", "#2e9e6b", "#888888", "#c43a7f", "#7a4fc0", "#1899a8", "#b08a00", "#5a6b1f")
TABLE = CategoryTable(
    domain="scribbles",
    policy="test/1",
    categories=tuple(
        Category(id=3 * number, name=name, colour=colour)
        for number, (name, colour) in enumerate(zip(NAMES, COLOURS, strict=True), 1)
    ),
)
IDS = {category.name: category.id for category in TABLE.categories}
PLAIN = TABLE.model_copy(update={"categories": TABLE.categories[:3]})
"""A table without sides."""
Things = Sequence[Mapping[str, Sequence[Any]]]
"""Objects, each: class -> strokes, the object's own class first; of a part with several instances, a list of such."""


def record(lengths: Sequence[float], number: int = 1) -> dict[str, Any]:
    name = {"id": number, "file_name": f"{number}.json", "group": str(number)}
    return name | {"strokes": len(lengths), "lengths": list(lengths)}


def labels(things: Things, number: int = 1, crowd: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return annotations; those of results have a score besides.  crowd: classes whose instances nobody told apart."""
    found: list[dict[str, Any]] = []
    for thing, classes in enumerate(things, 1):
        for name, strokes in classes.items():
            instances = strokes if strokes and not isinstance(strokes[0], int) else [strokes]
            for instance in instances:
                own = {"id": 1000 * number + len(found), "image_id": number, "category_id": IDS[name], "object": thing}
                found.append(own | {"strokes": list(instance), "iscrowd": int(name in crowd)})
    return found


def results(things: Things, number: int = 1, score: float = 0.9) -> list[dict[str, Any]]:
    told = ("image_id", "category_id", "object", "strokes")
    return [{name: label[name] for name in told} | {"score": score} for label in labels(things, number)]


def truth(
    lengths: Sequence[float], things: Things, crowd: Sequence[str] = (), table: CategoryTable = TABLE
) -> dict[str, Any]:
    """Return one sketch with its objects."""
    return truths([(lengths, things)], crowd, table)


def truths(
    sketches: Sequence[tuple[Sequence[float], Things]], crowd: Sequence[str] = (), table: CategoryTable = TABLE
) -> dict[str, Any]:
    """Return sketches 1, 2, ... with their objects."""
    numbered = list(enumerate(sketches, 1))
    return {
        "images": [record(lengths, number) for number, (lengths, _) in numbered],
        "annotations": [label for number, (_, things) in numbered for label in labels(things, number, crowd)],
        "categories": table.coco(),
    }
