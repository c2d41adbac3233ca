"""Labels of strokes as objects with parts, and back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from maskline.strokes.sketch import Part, Sketch, Thing

T = TypeVar("T")
UNLABELLED = "unlabeled"
"""What formats that need a label for each stroke call one without a part; of InstanceSketch's it is one like others."""
NONE = -1
"""The instance of a stroke without a part."""


def thing_of(category: str, labels: Sequence[str], instances: Sequence[int] = ()) -> Thing:
    """Return the one object of a sketch.

    labels: the part of each stroke; empty for none.  instances: which one of that name it belongs to, from 1; 0, or no
    list, where nobody told them apart; NONE where it has no part, whatever its label.
    """
    told = instances or [0] * len(labels)
    groups: dict[tuple[str, int], list[int]] = {}
    for number, (label, instance) in enumerate(zip(labels, told, strict=True)):
        if label and instance != NONE:
            groups.setdefault((label, instance), []).append(number)
    parts = tuple(Part(label, tuple(strokes), crowd=not instance) for (label, instance), strokes in groups.items())
    return Thing(category, tuple(range(len(labels))), parts)


def labels_of(thing: Thing) -> dict[int, tuple[str, int]]:
    """Return the part of each stroke that has one, and which of that name it is, from 1; 0 where that is not told."""
    found: dict[int, tuple[str, int]] = {}
    counts: Counter[str] = Counter()
    for part in thing.parts:
        counts[part.name] += not part.crowd
        for number in part.strokes:
            found[number] = (part.name, 0 if part.crowd else counts[part.name])
    return found


def singles(sketch: Sketch) -> list[Sketch]:
    """Return each object of a sketch as a sketch of its own, in the same place; strokes of no object are in none."""
    alone = len(sketch.things) == 1
    return [
        _single(sketch, thing, sketch.name if alone else f"{sketch.name}-{count}")
        for count, thing in enumerate(sketch.things, 1)
    ]


def commonest(labels: Sequence[T]) -> T:
    """Return the label that most points have; of several the one that comes first."""
    first = labels[0]
    return first if labels.count(first) == len(labels) else Counter(labels).most_common(1)[0][0]


def _single(sketch: Sketch, thing: Thing, name: str) -> Sketch:
    place = {number: count for count, number in enumerate(thing.strokes)}
    parts = tuple(replace(part, strokes=tuple(place[number] for number in part.strokes)) for part in thing.parts)
    own = Thing(thing.category, tuple(place.values()), parts)
    return replace(sketch, name=name, strokes=tuple(sketch.strokes[number] for number in thing.strokes), things=(own,))
