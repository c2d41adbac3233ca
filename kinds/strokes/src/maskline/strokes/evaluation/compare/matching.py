"""Which object that was found is which true one: the pairs that have most in common, each object in one pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.evaluation.compare.accuracy import Marks
from maskline.strokes.evaluation.compare.families import NONE
from maskline.strokes.evaluation.compare.strokes import Numbers, Strokes

IOU = 0.5
"""From here on an object counts as found."""


@dataclass(frozen=True, slots=True)
class TrueObject:
    """An object of the truth, and the one found that meets it.

    sketch: place of its sketch.  thing: its number there.  category: its category id.
    found, found_category: of the object that meets it, NONE if none does.  iou: of both, by length of strokes.
    """

    sketch: int
    thing: int
    category: int
    found: int
    found_category: int
    iou: float


def matched(strokes: Strokes) -> list[TrueObject]:
    """Return every object of the truth, sketch by sketch.

    Greedy: the pair of the highest IoU first, among equals that of the lowest numbers.
    """
    return [one for place in sorted(strokes.told) for one in _matched(strokes, place)]


def _matched(strokes: Strokes, place: int) -> list[TrueObject]:
    rows = strokes.of(place)
    truth, found = strokes.truth.thing[rows], strokes.found.thing[rows]
    category = _categories(truth, strokes.truth.category[rows])
    found_category = _categories(found, strokes.found.category[rows])
    things, others = sorted(category), sorted(found_category)
    ious = _ious(truth, found, strokes.length[rows], things, others)
    partner: dict[int, int] = {}
    for flat in np.argsort(-ious, axis=None, kind="stable").tolist():
        row, column = divmod(flat, max(1, len(others)))
        if ious[row, column] > 0 and row not in partner and column not in partner.values():
            partner[row] = column
    objects = []
    for row, thing in enumerate(things):
        other = others[partner[row]] if row in partner else NONE
        iou = float(ious[row, partner[row]]) if row in partner else 0.0
        objects.append(TrueObject(place, thing, category[thing], other, found_category.get(other, NONE), iou))
    return objects


def _categories(things: Numbers, categories: Numbers) -> Mapping[int, int]:
    """Return object -> category id."""
    return {thing: category for thing, category in zip(things.tolist(), categories.tolist(), strict=True) if thing}


def _ious(
    truth: Numbers, found: Numbers, length: Numbers, things: Sequence[int], others: Sequence[int]
) -> NDArray[np.float64]:
    """Return (true objects, found objects), 0..1."""
    mine = (truth[None] == np.array(things, dtype=np.int64)[:, None]) * length
    theirs = found[None] == np.array(others, dtype=np.int64)[:, None]
    common = mine @ theirs.T.astype(np.int64)
    union = mine.sum(1)[:, None] + (theirs * length).sum(1)[None] - common
    ious: NDArray[np.float64] = common / union
    return ious


def category_accuracy(objects: Sequence[TrueObject], answered: frozenset[int]) -> float | None:
    """Return the share of objects whose category is right, of those that are met.

    Objects of sketches without any result count as wrong.  answered: sketches that have a result.
    """
    counted = [one for one in objects if one.found != NONE or one.sketch not in answered]
    return sum(one.category == one.found_category for one in counted) / len(counted) if counted else None


def objects_found(objects: Sequence[TrueObject]) -> float | None:
    """Return the share of objects that are met with an IoU of at least .5."""
    return sum(one.iou >= IOU for one in objects) / len(objects) if objects else None


def in_right_object(strokes: Strokes, objects: Sequence[TrueObject]) -> Marks:
    """(S,) whether the object in which a stroke was found is the one that meets the stroke's true object."""
    marks = np.zeros(len(strokes.sketch), bool)
    for one in objects:
        rows = strokes.of(one.sketch)
        if one.found != NONE:
            marks[rows] |= (strokes.truth.thing[rows] == one.thing) & (strokes.found.thing[rows] == one.found)
    return marks
