"""Shares of strokes that are right."""

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.evaluation.compare.strokes import Numbers, Strokes

Marks = NDArray[np.bool_]


def right(strokes: Strokes, part: Numbers) -> Marks:
    """(S,) whether a stroke is taken for the part it is, on whichever side.

    part: (S,) category id of what was found.
    """
    of = strokes.families.of
    marks: Marks = strokes.labelled & (of[strokes.truth.part] == of[part])
    return marks


def right_with_side(strokes: Strokes, part: Numbers) -> Marks:
    """(S,) whether a stroke is taken for the part it is, on the side it is."""
    marks: Marks = strokes.labelled & (strokes.truth.part == part)
    return marks


def share(marks: Marks, among: Marks) -> float | None:
    """Return the share of marks, 0..1; None where there is nothing to be marked."""
    count = int(among.sum())
    return int((marks & among).sum()) / count if count else None


def mean_share(strokes: Strokes, marks: Marks, among: Marks) -> float | None:
    """Return the mean over sketches of the share of marks, of those sketches that have something to be marked."""
    counts = np.bincount(strokes.sketch[among], minlength=len(strokes.records))
    marked = np.bincount(strokes.sketch[marks & among], minlength=len(strokes.records))
    counted = counts > 0
    return float((marked[counted] / counts[counted]).mean()) if counted.any() else None
