"""Left and right: as they were found, and as they would be if somebody who knows the truth had turned them.

InstanceSketch tells which leg is which by clustering, and chooses which cluster to call left with the truth at hand;
its figures are to be compared with `turned_by_truth` only.
"""

import numpy as np

from maskline.strokes.evaluation.compare.accuracy import Marks, right, right_with_side, share
from maskline.strokes.evaluation.compare.strokes import Numbers, Strokes


def side_accuracy(strokes: Strokes, part: Numbers) -> float | None:
    """Return the share of strokes on the right side, of those whose part is found and has sides.

    part: (S,) category id of what was found.  0 where the truth has sides but no such part is found; None where it has
    no sides.
    """
    sided = strokes.families.sided[strokes.truth.part]
    found = share(right_with_side(strokes, part), right(strokes, part) & sided)
    return 0.0 if found is None and sided.any() else found


def turned_by_truth(strokes: Strokes, part: Numbers) -> Numbers:
    """Return (S,) parts, left and right exchanged where more of a sketch's strokes of that family are right so."""
    families = strokes.families
    among = right(strokes, part) & families.sided[strokes.truth.part]
    other = families.mirror[part]
    group = strokes.sketch * (1 + len(families.families)) + families.of[part]
    gains = _counted(group, among & (other == strokes.truth.part)) > _counted(
        group, among & (part == strokes.truth.part)
    )
    turned: Numbers = np.where(gains[group], other, part)
    return turned


def _counted(group: Numbers, marks: Marks) -> Numbers:
    size = 1 + int(group.max(initial=0))
    return np.bincount(group[marks], minlength=size)
