"""Labels whose letters hold holes, as O and B do, and whether the masks found keep them."""

from collections.abc import Mapping, Sequence

import numpy as np

from maskline.contract.domain import Measures
from maskline.molecules.categories import ATOM
from maskline.molecules.scoring import selection
from maskline.molecules.scoring.blot import blot
from maskline.molecules.scoring.matching import Annotation, Compared

ROWS = {"0 holes": (0, 0), "1 hole": (1, 1), "2 holes or more": (2, 10**6)}
"""Name -> the least and the most."""
KEPT = "holes kept"
CAPTION = f"Labels by the holes of their masks. {KEPT}: share of those found whose result has as many. "


def labels_by_holes(pictures: Sequence[Compared], names: Mapping[int, str]) -> Measures | None:
    """Measure labels by their holes; None if there are no labels.  names: of the classes, by id."""
    holes = [
        np.array([_holes(entry) if names[entry["category_id"]] == ATOM else -1 for entry in picture.truths], int)
        for picture in pictures
    ]
    if not any((some >= 0).any() for some in holes):
        return None
    return Measures(
        caption=CAPTION + selection.CAPTION,
        columns=[KEPT, *selection.COLUMNS],
        rows={
            row: _figures(pictures, [(some >= least) & (some <= most) for some in holes])
            for row, (least, most) in ROWS.items()
        },
    )


def _holes(entry: Annotation) -> int:
    mask = blot(entry["segmentation"])
    return mask.holes() if mask else 0


def _figures(pictures: Sequence[Compared], chosen: selection.Selection) -> dict[str, float | int | None]:
    found = selection.pairs(pictures, chosen)
    kept = sum(_holes(truth) == _holes(by) for truth, by in found)
    return {KEPT: kept / len(found) if found else None, **selection.figures(pictures, chosen)}
