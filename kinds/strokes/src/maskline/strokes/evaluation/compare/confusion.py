"""Which parts are taken for which, and what follows from that.

K: classes of parts, or families of them
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.classes import object_of
from maskline.strokes.evaluation.compare.strokes import Numbers, Strokes


@dataclass(frozen=True, slots=True)
class Confusion:
    """Strokes by what they are and by what they were taken for.

    names: of the classes.  counts: (K, K + 1), row by truth, column by what was found; the last: nothing was found.
    """

    names: Sequence[str]
    counts: Numbers

    @property
    def support(self) -> Numbers:
        """(K,) strokes of each class in the truth."""
        support: Numbers = self.counts.sum(1)
        return support

    @property
    def found(self) -> Numbers:
        """(K,) strokes that were taken for each class."""
        found: Numbers = self.counts[:, :-1].sum(0)
        return found

    @property
    def right(self) -> Numbers:
        """(K,) strokes of each class that were taken for it."""
        return self.counts.diagonal()

    def f1(self) -> dict[str, float]:
        """Return F1 of each class that the truth holds, 0..1."""
        both = self.support + self.found
        shares = zip(self.names, self.support, self.right, both, strict=True)
        return {name: 2 * int(right) / int(sum_) for name, support, right, sum_ in shares if support}


def of_families(strokes: Strokes, part: Numbers) -> Confusion:
    """Return the confusion of parts whatever their sides.  part: (S,) category id of what was found."""
    of = strokes.families.of
    return _confusion(strokes.families.families, of[strokes.truth.part], of[part], strokes.labelled)


def of_classes(strokes: Strokes, part: Numbers) -> Confusion:
    """Return the confusion of parts as the table has them, sides and all.  part: (S,) category id of what was found."""
    families = strokes.families
    number = np.zeros_like(families.of)
    number[list(families.parts)] = np.arange(1, 1 + len(families.parts))
    names = [families.names[each] for each in families.parts]
    return _confusion(names, number[strokes.truth.part], number[part], strokes.labelled)


def _confusion(names: Sequence[str], truth: Numbers, found: Numbers, counted: NDArray[np.bool_]) -> Confusion:
    """truth, found: (S,) 1 + place of the name; 0 for none."""
    size = len(names)
    column = np.where(found == 0, size, found - 1)
    pairs = ((truth - 1) * (size + 1) + column)[counted]
    return Confusion(names, np.bincount(pairs, minlength=size * (size + 1)).reshape(size, size + 1))


def macro_f1(f1: dict[str, float]) -> float | None:
    """Return the mean over objects of the mean over their parts.  f1: of each part's class that the truth holds."""
    objects: dict[str, list[float]] = {}
    for name, value in f1.items():
        objects.setdefault(object_of(name), []).append(value)
    return fmean(fmean(values) for values in objects.values()) if objects else None


def weighted_f1(confusion: Confusion) -> float | None:
    """Return the mean over parts, each counted by its strokes in the truth."""
    f1, support = confusion.f1(), dict(zip(confusion.names, confusion.support.tolist(), strict=True))
    whole = sum(support.values())
    return sum(value * support[name] for name, value in f1.items()) / whole if whole else None
