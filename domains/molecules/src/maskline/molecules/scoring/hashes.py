"""Hashed wedges by how many dashes they show: the fewer, the more they look like something else."""

from collections.abc import Mapping, Sequence

from maskline.contract.domain import Measures
from maskline.molecules.categories import DASH
from maskline.molecules.scoring.blot import blot
from maskline.molecules.scoring.matching import IOU, Annotation, Compared

ROWS = {"1 to 3 dashes": 3, "4 to 5 dashes": 5, "6 to 8 dashes": 8, "9 dashes or more": 10**6}
"""Name -> the most."""
CAPTION = (
    "Hashed wedges by the pieces of their masks. One is found when a result of its class, of any score, has a mask "
    f"IoU of at least {IOU:g} with it, one to one, best score first; of any class: when a result of whatever class has."
)
COLUMNS = ["recall", "recall of any class", "truths", "found"]


def hashed_wedges(pictures: Sequence[Compared], names: Mapping[int, str]) -> Measures | None:
    """Measure the recall of hashed wedges by dash count; None if there are none.  names: of the categories, by id."""
    met: dict[str, list[tuple[bool, bool]]] = {row: [] for row in ROWS}
    for picture in pictures:
        pairs = zip(picture.truths, picture.found, picture.found_of_any_class, strict=True)
        for truth, by_its_class, by_any in pairs:
            if names[truth["category_id"]] == DASH:
                met[_row(truth)].append((by_its_class is not None, by_any is not None))
    if not any(met.values()):
        return None
    return Measures(caption=CAPTION, columns=COLUMNS, rows={row: _figures(found) for row, found in met.items()})


def _row(truth: Annotation) -> str:
    mask = blot(truth["segmentation"])
    dashes = mask.pieces() if mask else 0
    return next(row for row, most in ROWS.items() if dashes <= most)


def _figures(met: Sequence[tuple[bool, bool]]) -> dict[str, float | int | None]:
    found, of_any = (sum(each) for each in zip(*met, strict=True)) if met else (0, 0)
    return {
        "recall": found / len(met) if met else None,
        "recall of any class": of_any / len(met) if met else None,
        "truths": len(met),
        "found": found,
    }
