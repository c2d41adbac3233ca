"""Every stroke of every sketch in one row, with what truth and results say of it.

S: strokes of all sketches, one sketch after the other
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.strokes.evaluation.compare.families import NONE, Families

Numbers = NDArray[np.int64]
Label = Mapping[str, Any]
WAY = 100_000
"""So long is each sketch, however large it was drawn: lengths of strokes are whole numbers, so that sums are exact."""
DOT = 100
"""No stroke is shorter: a dot has no length, but it is drawn."""


@dataclass(frozen=True, slots=True)
class Said:
    """What truth or results say of strokes, (S,) each, NONE where they say nothing.

    thing: number of its object in the sketch.  category: the object's category id.  part: the part's category id.
    """

    thing: Numbers
    category: Numbers
    part: Numbers


@dataclass(frozen=True, slots=True)
class Strokes:
    """All strokes of a truth.

    records: of the sketches.  first: where the strokes of each begin, and at last S.
    sketch: (S,) place of its sketch among the records.  length: (S,) share of its sketch, in WAY.
    told: sketches of which the truth says something, and results: those of which the results do, by place.
    given: (S,) category id of the part that was found when the objects were told; None where nobody asked.
    """

    families: Families
    records: Sequence[Label]
    first: Numbers
    sketch: Numbers
    length: Numbers
    truth: Said
    found: Said
    given: Numbers | None
    told: frozenset[int]
    answered: frozenset[int]

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """(S,) whether the truth says which part it is; the others do not count."""
        labelled: NDArray[np.bool_] = self.truth.part != NONE
        return labelled

    def of(self, place: int) -> slice:
        """Return where the strokes of a sketch are."""
        return slice(int(self.first[place]), int(self.first[place + 1]))


def strokes_of(
    truth: Mapping[str, Any], results: Iterable[Label], given: Mapping[int, Sequence[int]] | None
) -> Strokes:
    """Line the strokes up.  Parameters as `figures` has them.

    Of several results that name a stroke, the one with the highest score has it.
    Raises InvalidInput for a result of a sketch or category that the truth does not have, Corrupt for labels, results
    or `given` that name strokes which the sketch does not have, and for a record that contradicts itself.
    """
    records: Sequence[Label] = truth["images"]
    families = Families(truth["categories"])
    first = np.concatenate([[0], np.cumsum([record["strokes"] for record in records], dtype=np.int64)])
    row = _Row({record["id"]: place for place, record in enumerate(records)}, records, first, families)
    ranked = sorted(results, key=lambda result: -result["score"])
    labels: Sequence[Label] = truth["annotations"]
    return Strokes(
        families=families,
        records=records,
        first=first,
        sketch=np.repeat(np.arange(len(records)), np.diff(first)),
        length=np.concatenate([np.zeros(0, np.int64), *map(_lengths, records)]),
        truth=row.said(labels, "a label"),
        found=row.said(ranked, "a result"),
        given=None if given is None else row.given(given),
        told=frozenset(row.places[label["image_id"]] for label in labels),
        answered=frozenset(row.places[result["image_id"]] for result in ranked),
    )


def _lengths(record: Label) -> Numbers:
    """Return the lengths of a sketch's strokes as shares of their sum, in WAY."""
    told = np.array(record["lengths"], dtype=np.float64)
    if len(told) != record["strokes"]:
        raise Corrupt(
            f"the record of sketch {record['file_name']}, {record['strokes']} strokes, has {len(told)} lengths"
        )
    whole = told.sum()
    shares: Numbers = np.rint(told / whole * WAY if whole > 0 else told).astype(np.int64)
    return np.maximum(shares, DOT)


@dataclass(frozen=True, slots=True)
class _Row:
    """The row that labels are written into.  places: id of a sketch -> its place among the records."""

    places: Mapping[int, int]
    records: Sequence[Label]
    first: Numbers
    families: Families

    def said(self, labels: Iterable[Label], what: str) -> Said:
        """Write labels down; a stroke keeps what it got first.  what: a label, or a result."""
        said = Said(*(np.full(self.first[-1], NONE, np.int64) for _ in range(3)))
        for label in labels:
            strokes, category = self._strokes(label, what), label["category_id"]
            if self.families.of[category] != NONE:
                free = strokes[said.part[strokes] == NONE]
                said.part[free] = category
            else:
                free = strokes[said.thing[strokes] == NONE]
                said.thing[free], said.category[free] = label["object"], category
        return said

    def given(self, given: Mapping[int, Sequence[int]]) -> Numbers:
        parts = np.full(self.first[-1], NONE, np.int64)
        for number, told in given.items():
            place = self._place(number, "`given`")
            if len(told) != self.records[place]["strokes"]:
                raise Corrupt(f"`given` of {self._named(place)} tells of {len(told)} strokes")
            for category in {*told} - {NONE}:
                self._require_known(category, "`given`", place)
            parts[self.first[place] : self.first[place + 1]] = told
        return parts

    def _strokes(self, label: Label, what: str) -> Numbers:
        """Return where a label's strokes are in the row."""
        place = self._place(label["image_id"], what)
        self._require_known(label["category_id"], what, place)
        for stroke in label["strokes"]:
            if not 0 <= stroke < self.records[place]["strokes"]:
                raise Corrupt(f"{what} of {self._named(place)} names stroke {stroke}, counted from 0")
        strokes: Numbers = np.array(label["strokes"], dtype=np.int64) + self.first[place]
        return strokes

    def _place(self, number: int, what: str) -> int:
        if number not in self.places:
            raise InvalidInput(f"{what} is of sketch {number}, which is not among the {len(self.places)} of the truth")
        return self.places[number]

    def _require_known(self, category: int, what: str, place: int) -> None:
        if category not in self.families.names:
            raise InvalidInput(f"{what} of {self._named(place)} has category_id {category}, which the table has not")

    def _named(self, place: int) -> str:
        record = self.records[place]
        return f"sketch {record['file_name']} with its {record['strokes']} strokes"
