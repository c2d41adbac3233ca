"""A drawing as strokes, with what is known of them: the one model that formats, generators and networks share.

N: strokes of a sketch   P: points of one stroke

In a dataset a sketch is one member, `<stem>.json`, with its strokes; a record, which tells how many there are and the
`lengths` of each, in the sketch's own units; and annotations, each of which names the strokes
of one object ("car", with its number in the sketch, `object`) or of one part of that object ("car/wheel"). Parts whose
instances nobody told apart are one annotation with `iscrowd`: 1, as COCO has it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.categories import CategoryTable
from maskline.contract.config import canonical_json
from maskline.contract.errors import Corrupt
from maskline.contract.shard import Sample, annotation_id, image_id
from maskline.strokes.classes import Classes, object_of, part_of

RECORD = "strokes/1"
SUFFIX = "json"


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line of the pen.

    points: (P, 2) float64, x then y, x to the right and y down, in the sketch's own units; P is at least 1.
    times: (P,) float64, milliseconds since the drawing began, where the source tells them.
    """

    points: NDArray[np.float64]
    times: NDArray[np.float64] | None = None

    @property
    def length(self) -> float:
        """The way of the pen, in the sketch's own units; 0 for a dot."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an object.

    name: within its object, e.g. "wheel".  strokes: their places in the sketch, from 0.
    crowd: these are all strokes of that name, and nobody told one instance from the next.
    """

    name: str
    strokes: tuple[int, ...]
    crowd: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of a sketch.

    category: e.g. "car".  strokes: their places in the sketch, from 0.  parts: of some or all of these strokes; a
    stroke belongs to one part at most.
    """

    category: str
    strokes: tuple[int, ...]
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing of one object or more.

    name: what people know it as, a path without suffix, e.g. "car/0001".  size: width and height of its canvas, in the
    same units as the points; none where the source tells none.
    things: its objects; strokes of none are clutter, or are not labelled.
    extra: what its source tells besides and an export gives back, JSON values by name.
    """

    name: str
    strokes: tuple[Stroke, ...]
    size: tuple[float, float] | None = None
    things: tuple[Thing, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of what is drawn."""
        points = np.concatenate([stroke.points for stroke in self.strokes])
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return left, top, right, bottom


def to_sample(sketch: Sketch, index: int, group: str, table: CategoryTable, stem: str = "") -> Sample:
    """Return a sketch as sample `index`, from 0, of a dataset.

    group: what must not cross splits.  stem: its name there, if not the sketch's own.
    Raises KeyError for a class that the table does not have.
    """
    ids, number = Classes(table).id, image_id(index)
    name = stem or sketch.name
    labels: list[dict[str, Any]] = []

    def label(category: str, strokes: Sequence[int], thing: int, *, crowd: bool) -> None:
        own = {"id": annotation_id(index, len(labels)), "image_id": number, "category_id": ids[category]}
        labels.append(own | {"strokes": list(strokes), "object": thing, "iscrowd": int(crowd)})

    for count, thing in enumerate(sketch.things, 1):
        label(thing.category, thing.strokes, count, crowd=False)
        for part in thing.parts:
            label(f"{thing.category}/{part.name}", part.strokes, count, crowd=part.crowd)
    record: dict[str, Any] = {"id": number, "file_name": f"{name}.{SUFFIX}", "group": group}
    record |= {"strokes": len(sketch.strokes), "lengths": [round(stroke.length, 3) for stroke in sketch.strokes]}
    if sketch.size:
        record["width"], record["height"] = sketch.size
    if sketch.extra:
        record["source"] = dict(sketch.extra)
    return Sample(name, {SUFFIX: encode(sketch.strokes)}, record, labels)


def of_sample(sample: Sample, table: CategoryTable) -> Sketch:
    """Return a sample's sketch; its name is the sample's stem.  Raises Corrupt if its file does not hold strokes."""
    classes, record = Classes(table), sample.image
    things: list[Thing] = []
    for one in sorted(
        (each for each in sample.annotations if not classes.is_part(each)), key=lambda each: each["object"]
    ):
        parts = tuple(
            Part(part_of(classes.name[each["category_id"]]), tuple(each["strokes"]), bool(each["iscrowd"]))
            for each in sample.annotations
            if classes.is_part(each) and each["object"] == one["object"]
        )
        things.append(Thing(object_of(classes.name[one["category_id"]]), tuple(one["strokes"]), parts))
    size = (record["width"], record["height"]) if "width" in record else None
    strokes = decode(sample.members[SUFFIX], record["file_name"])
    return Sketch(sample.stem, strokes, size, tuple(things), record.get("source", {}))


def encode(strokes: Sequence[Stroke]) -> bytes:
    """Return strokes as a dataset keeps them: {"strokes": [[[x, ...], [y, ...]], ...]}, times as a third list."""
    listed = []
    for stroke in strokes:
        lists = [*stroke.points.T.tolist(), *([] if stroke.times is None else [stroke.times.tolist()])]
        listed.append([[int(value) if value == int(value) else value for value in values] for values in lists])
    return canonical_json({"strokes": listed})


def decode(data: bytes, where: str) -> tuple[Stroke, ...]:
    """Read strokes that `encode` wrote.  where: what errors call them.  Raises Corrupt."""
    try:
        listed = json.loads(data)["strokes"]
        return tuple(Stroke(_points(lists[:2]), _times(lists)) for lists in listed)
    except (ValueError, KeyError, TypeError, IndexError) as fault:
        raise Corrupt(f"{where} does not hold strokes: {type(fault).__name__}: {fault}") from None


def _points(lists: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    points = np.array(lists, dtype=np.float64).T
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        message = f"a stroke is of shape {points.shape}, it must be (P, 2)"
        raise ValueError(message)
    return points


def _times(lists: Sequence[Sequence[float]]) -> NDArray[np.float64] | None:
    return np.array(lists[2], dtype=np.float64) if len(lists) > 2 else None
