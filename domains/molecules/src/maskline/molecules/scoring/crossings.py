"""Bonds that cross one another, seen in their masks alone: a bond is no longer one line there.

B: bonds of one picture   N: true instances of one picture   P: pixels of one mask
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from maskline.contract.domain import Measures
from maskline.molecules.categories import ATOM
from maskline.molecules.scoring.blot import Blot, blot
from maskline.molecules.scoring.matching import Compared
from maskline.molecules.scoring.selection import CAPTION, COLUMNS, figures

REACH = 1.5
"""Pixels between two masks that touch: corner to corner."""
END = 0.1
"""Shares of a bond's length, at either end, where others may join it."""
WHAT = "Bonds that cross another: two masks that touch, and not near an end of either. "
CROSSING, OTHER = "bonds that cross another", "other bonds of their pictures"


class _Line:
    """A bond's mask, as a line from one end to the other."""

    def __init__(self, mask: Blot) -> None:
        self.mask = mask

    @cached_property
    def reached(self) -> Blot:
        return self.mask.grown(REACH)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """(P,): how far along the line every pixel lies, 0 to 1."""
        apart = self.mask.pixels - self.mask.pixels.mean(axis=0)
        _, axes = np.linalg.eigh(apart.T @ apart)  # the last is the longest
        along = apart @ axes[:, -1]
        shares: NDArray[np.float64] = (along - along.min()) / max(np.ptp(along), 1.0)
        return shares

    def crossed_by(self, other: "_Line") -> bool:
        """Say whether another touches it between its ends."""
        touched = self.shares[self.mask.within(other.reached)]
        return bool(touched.size) and END < float(np.median(touched)) < 1 - END


def crossing_bonds(pictures: Sequence[Compared], names: Mapping[int, str]) -> Measures | None:
    """Measure AP of bonds that cross and of the others beside them; None if none cross.  names: of classes, by id."""
    bonds = [np.array([names[entry["category_id"]] != ATOM for entry in picture.truths], bool) for picture in pictures]
    crossing = [_crossing(picture, some) for picture, some in zip(pictures, bonds, strict=True)]
    if not any(some.any() for some in crossing):
        return None
    others = [all_of & ~some & some.any() for all_of, some in zip(bonds, crossing, strict=True)]
    return Measures(
        caption=WHAT + CAPTION,
        columns=COLUMNS,
        rows={CROSSING: figures(pictures, crossing), OTHER: figures(pictures, others)},
    )


def _crossing(picture: Compared, bonds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (N,): which instances are bonds that cross another.  bonds: (N,)."""
    masks = {place: blot(picture.truths[place]["segmentation"]) for place in np.flatnonzero(bonds).tolist()}
    lines = {place: _Line(mask) for place, mask in masks.items() if mask}
    crossing = np.zeros(len(bonds), bool)
    for (place, one), (other_place, other) in combinations(lines.items(), 2):
        if one.reached.touches(other.mask) and one.crossed_by(other) and other.crossed_by(one):
            crossing[[place, other_place]] = True
    return crossing
