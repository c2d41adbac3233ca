"""Sketches one by one: which strokes are wrong and in which way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from maskline.strokes.evaluation.compare.accuracy import Marks, right, right_with_side
from maskline.strokes.evaluation.compare.families import NONE
from maskline.strokes.evaluation.compare.matching import TrueObject, in_right_object
from maskline.strokes.evaluation.compare.strokes import Label, Strokes

Why = Literal["part", "side", "object", "category"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A stroke that is wrong.

    stroke: its number in the sketch.  truth, found: names of classes, "" for none: of parts, or of objects where the
    truth tells no part.
    why: part: it is of another part, or of another category's.  side: it is of that part on the other side.
    object: it is in another object.  category: it is in an object called something else, and the truth tells no part.
    """

    stroke: int
    truth: str
    found: str
    why: Why


@dataclass(frozen=True, slots=True)
class Case:
    """One sketch.

    place: among the records.  objects: those of the truth.  known: strokes of which the truth tells something.
    accuracy: share of strokes taken for the right part, on any side; None where the truth tells no part.
    """

    place: int
    record: Label
    objects: Sequence[TrueObject]
    known: int
    accuracy: float | None
    wrong: Sequence[Wrong]

    @property
    def share_right(self) -> float:
        """Share of strokes that are not wrong in any way, 0..1; 1 where nothing is known."""
        return (self.known - len(self.wrong)) / self.known if self.known else 1.0


def cases_of(strokes: Strokes, objects: Sequence[TrueObject]) -> list[Case]:
    """Return every sketch, in the truth's order.  objects: of the truth, matched."""
    found, truth = strokes.found, strokes.truth
    parts = right(strokes, found.part)
    in_object = truth.thing != NONE
    reasons: dict[Why, Marks] = {
        "object": in_object & ~in_right_object(strokes, objects),
        "category": in_object & ~strokes.labelled & (truth.category != found.category),
        "side": parts & ~right_with_side(strokes, found.part),
        "part": strokes.labelled & ~parts,
    }
    mine: dict[int, list[TrueObject]] = {}
    for one in objects:
        mine.setdefault(one.sketch, []).append(one)
    return [_case(strokes, place, mine.get(place, []), reasons, parts) for place in range(len(strokes.records))]


def _case(strokes: Strokes, place: int, objects: Sequence[TrueObject], reasons: dict[Why, Marks], parts: Marks) -> Case:
    """reasons: (S,) each; of several that hold for a stroke, the last is told."""
    rows = strokes.of(place)
    why: dict[int, Why] = {}
    for reason, marks in reasons.items():
        why |= dict.fromkeys(np.flatnonzero(marks[rows]).tolist(), reason)
    labelled = int(strokes.labelled[rows].sum())
    return Case(
        place=place,
        record=strokes.records[place],
        objects=objects,
        known=int((strokes.labelled | (strokes.truth.thing != NONE))[rows].sum()),
        accuracy=int(parts[rows].sum()) / labelled if labelled else None,
        wrong=[_wrong(strokes, rows.start + stroke, stroke, reason) for stroke, reason in sorted(why.items())],
    )


def _wrong(strokes: Strokes, row: int, stroke: int, why: Why) -> Wrong:
    names = strokes.families.names
    told = int(strokes.truth.part[row]) or int(strokes.truth.category[row])
    labelled = bool(strokes.truth.part[row])
    found = int((strokes.found.part if labelled else strokes.found.category)[row])
    return Wrong(stroke, names[told], names.get(found, ""), why)


def worst(cases: Sequence[Case], count: int) -> list[Case]:
    """Return the cases with the smallest share of right strokes, then the most wrong ones; never flawless ones."""
    flawed = [case for case in cases if case.wrong]
    return sorted(flawed, key=lambda case: (case.share_right, -len(case.wrong), case.record["id"]))[:count]


def fixed(cases: Sequence[Case], count: int) -> list[Case]:
    """Return cases evenly spread over the dataset: always the same, so that reports can be laid side by side."""
    ranked = sorted(cases, key=lambda case: case.record["id"])
    places = np.linspace(0, len(ranked) - 1, min(count, len(ranked))).round().astype(int)
    return [ranked[place] for place in places]
