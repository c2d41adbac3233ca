"""Which instances were found, and what happened to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.evaluation.contingency import Contingency, Counts

Fate = Literal["found", "missed", "merged", "split"]
Origin = Literal["right", "spurious", "merger", "piece"]
MOST = 0.5
"""More than this share of an instance is most of it."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A volume whose instances are compared.

    iou: of each truth with the result it is most alike, (T,).  partner: the place of that result, -1 for none, (T,).
    result_iou: of each result with the truth it is most alike, (R,).
    scores, result_classes: of results, (R,).  classes: of truths, (T,), category ids.
    radii: of a ball as large as each truth, voxels, (T,).  apart: from each truth's centre to the nearest other's, over
    the sum of both radii, (T,); infinity where it is the only one.
    """

    name: str
    table: Contingency
    iou: NDArray[np.float64]
    partner: Counts
    result_iou: NDArray[np.float64]
    scores: NDArray[np.float64]
    classes: Counts
    result_classes: Counts
    apart: NDArray[np.float64]

    def fates(self) -> list[Fate]:
        """Return what became of each truth.

        It is found; else merged, if most of it is in a result that has most of others, too; split, if most of each of
        several results is in it; else missed.
        """
        table, shared = self.table, _shared(self.table)
        there, found = table.pairs[shared].T
        most_of_truth = table.voxels[shared] > MOST * table.truth_voxels[there]
        most_of_result = table.voxels[shared] > MOST * table.result_voxels[found]
        swallowed = np.bincount(found[most_of_truth], minlength=len(table.results))
        pieces = np.bincount(there[most_of_result], minlength=len(table.truths))
        merged = np.zeros(len(table.truths), bool)
        merged[there[most_of_truth]] = swallowed[found[most_of_truth]] > 1
        return [
            "found" if iou > MOST else "merged" if joined else "split" if count > 1 else "missed"
            for iou, joined, count in zip(self.iou, merged, pieces, strict=True)
        ]

    def origins(self) -> list[Origin]:
        """Return what each result is: right; else a merger of truths, a piece of a truth, or spurious."""
        table, shared = self.table, _shared(self.table)
        there, found = table.pairs[shared].T
        most_of_truth = table.voxels[shared] > MOST * table.truth_voxels[there]
        most_of_result = table.voxels[shared] > MOST * table.result_voxels[found]
        swallowed = np.bincount(found[most_of_truth], minlength=len(table.results))
        inside = np.bincount(found[most_of_result], minlength=len(table.results))
        return [
            "right" if iou > MOST else "merger" if count > 1 else "piece" if part else "spurious"
            for iou, count, part in zip(self.result_iou, swallowed, inside, strict=True)
        ]


def matched(name: str, table: Contingency, classes: dict[int, int], results: Sequence[dict[str, Any]]) -> Matched:
    """Compare the instances of one volume.

    classes: number of a truth -> category id.  results: those of the volume.
    """
    pairs, iou = table.pairs, table.overlaps()
    best, partner = np.zeros(len(table.truths)), np.full(len(table.truths), -1)
    other = np.zeros(len(table.results))
    for place in np.argsort(iou, kind="stable"):
        there, found = pairs[place]
        if iou[place] > 0:
            best[there], partner[there], other[found] = iou[place], found, iou[place]
    told = {result["instance"]: result for result in results}
    own = [told[number] for number in table.results.tolist()]
    return Matched(
        name=name,
        table=table,
        iou=best,
        partner=partner,
        result_iou=other,
        scores=np.array([result["score"] for result in own], np.float64),
        classes=np.array([classes[number] for number in table.truths.tolist()], np.int64),
        result_classes=np.array([result["category_id"] for result in own], np.int64),
        apart=_apart(table.centres, table.truth_voxels),
    )


def _shared(table: Contingency) -> NDArray[np.bool_]:
    return np.asarray((table.pairs >= 0).all(1))


def _apart(centres: NDArray[np.float64], voxels: Counts) -> NDArray[np.float64]:
    radii = np.cbrt(3 * voxels / (4 * np.pi))
    found = np.full(len(centres), np.inf)
    for number, centre in enumerate(centres):
        away = np.linalg.norm(centres - centre, axis=1) / (radii + radii[number])
        away[number] = np.inf
        found[number] = away.min(initial=np.inf)
    return found
