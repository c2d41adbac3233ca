"""Results scored in every way that a report tells.

S: strokes of all sketches
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.domain import Measures
from maskline.strokes.classes import object_of
from maskline.strokes.evaluation.compare.accuracy import Marks, mean_share, right, right_with_side, share
from maskline.strokes.evaluation.compare.confusion import Confusion, of_classes, of_families
from maskline.strokes.evaluation.compare.matching import TrueObject, category_accuracy, matched, objects_found
from maskline.strokes.evaluation.compare.strokes import Label, Strokes, strokes_of
from maskline.strokes.evaluation.figures import average_precisions, figures_of
from maskline.strokes.evaluation.metrics import Metrics, ObjectMetrics, PartMetrics, SizeMetrics

BANDS = ((1, 3), (4, 6), (7, 10), (11, 20), (21, None))
"""Numbers of strokes that a sketch may have, from and to."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Results beside the truth, stroke by stroke and object by object, and what that comes to."""

    strokes: Strokes
    objects: Sequence[TrueObject]
    metrics: Metrics


def score(
    truth: Mapping[str, Any],
    results: Sequence[Label],
    given: Mapping[int, Sequence[int]] | None,
    split: str,
    domain: Mapping[str, Measures],
) -> Scored:
    """Compare.  Parameters as `figures` has them.  domain: what the domain's own scorer found."""
    strokes = strokes_of(truth, results, given)
    objects = matched(strokes)
    confusion = of_classes(strokes, strokes.found.part)
    in_sketch = Counter(one.sketch for one in objects)
    metrics = Metrics(
        split=split,
        sketches=len(strokes.records),
        scenes=sum(count > 1 for count in in_sketch.values()),
        objects=len(objects),
        strokes=len(strokes.sketch),
        labelled=int(strokes.labelled.sum()),
        unanswered=len(strokes.records) - len(strokes.answered),
        figures=figures_of(strokes, objects) | average_precisions(strokes, truth, results),
        per_class=dict(_per_class(confusion)),
        by_category=dict(_by_category(strokes, objects)),
        by_strokes=dict(_by_strokes(strokes, objects)),
        confusion=_pairs(confusion),
        domain=dict(domain),
    )
    return Scored(strokes, objects, metrics)


def _per_class(confusion: Confusion) -> Iterator[tuple[str, PartMetrics]]:
    f1 = confusion.f1()
    counts = (confusion.right, confusion.support, confusion.found)
    for name, right_, support, found in zip(confusion.names, *(each.tolist() for each in counts), strict=True):
        yield (
            name,
            PartMetrics(
                precision=right_ / found if found else None,
                recall=right_ / support if support else None,
                f1=f1.get(name),
                strokes=support,
                found=found,
            ),
        )


def _pairs(confusion: Confusion) -> dict[str, dict[str, int]]:
    columns = [*confusion.names, ""]
    rows = zip(confusion.names, confusion.counts.tolist(), strict=True)
    return {
        name: {to: count for to, count in zip(columns, row, strict=True) if count} for name, row in rows if any(row)
    }


def _by_category(strokes: Strokes, objects: Sequence[TrueObject]) -> Iterator[tuple[str, ObjectMetrics]]:
    found, given = strokes.found.part, strokes.given
    f1 = of_families(strokes, found).f1()
    given_f1 = {} if given is None else of_families(strokes, given).f1()
    marks, sides = right(strokes, found), right_with_side(strokes, found)
    sided = marks & strokes.families.sided[strokes.truth.part]
    for category in strokes.families.objects:
        mine = [one for one in objects if one.category == category]
        if not mine:
            continue
        name, own = strokes.families.names[category], strokes.truth.category == category
        yield (
            name,
            ObjectMetrics(
                objects=len(mine),
                strokes=int((own & strokes.labelled).sum()),
                stroke_accuracy=share(marks, own & strokes.labelled),
                macro_f1=_mean_of(name, f1),
                side_accuracy=share(sides, own & sided),
                category_accuracy=category_accuracy(mine, strokes.answered),
                objects_found=objects_found(mine),
                given_stroke_accuracy=_given(strokes, own),
                given_macro_f1=_mean_of(name, given_f1),
            ),
        )


def _by_strokes(strokes: Strokes, objects: Sequence[TrueObject]) -> Iterator[tuple[str, SizeMetrics]]:
    counts: NDArray[np.int64] = np.diff(strokes.first)
    marks = right(strokes, strokes.found.part)
    for least, most in BANDS:
        within = (counts >= least) & (counts <= (most or counts.max(initial=0)))
        own = within[strokes.sketch]
        if within.any():
            yield (
                f"{least}-{most}" if most else f"{least}+",
                SizeMetrics(
                    sketches=int(within.sum()),
                    strokes=int((own & strokes.labelled).sum()),
                    stroke_accuracy=share(marks, own & strokes.labelled),
                    component_accuracy=mean_share(strokes, marks, own & strokes.labelled),
                    category_accuracy=category_accuracy(
                        [one for one in objects if within[one.sketch]], strokes.answered
                    ),
                    given_stroke_accuracy=_given(strokes, own),
                ),
            )


def _given(strokes: Strokes, own: Marks) -> float | None:
    """Return stroke accuracy of some strokes where objects and their categories were told."""
    if strokes.given is None:
        return None
    return share(right(strokes, strokes.given), own & strokes.labelled)


def _mean_of(thing: str, f1: Mapping[str, float]) -> float | None:
    """Return the mean F1 of an object's parts."""
    values = [value for name, value in f1.items() if object_of(name) == thing]
    return fmean(values) if values else None
