"""Measure what correction mends of masks that are broken on purpose, and print it as a table of Markdown.

python docs/tools/correction.py [PICTURES]
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from maskline.cells.entry import domain
from maskline.pictures.correction.config import MaskRules
from maskline.pictures.correction.corrected import Instance, corrected
from maskline.pictures.correction.faults import Faults
from maskline.pictures.evaluation.agreement import kaggle
from maskline.pictures.evaluation.agreement.overlap import overlap

BROKEN = 0.2
CORRECTIONS = {
    "nothing": MaskRules(),
    "`holes: fill`": MaskRules(holes="fill"),
    "`double_iou: 0.5`": MaskRules(double_iou=0.5),
    "`holes: fill, double_iou: 0.5`": MaskRules(holes="fill", double_iou=0.5),
    "`fragment_share: 0.4`": MaskRules(fragment_share=0.4),
}
FAULTS = ("holes", "fragments", "doubles")
Picture = tuple[Sequence[Instance], Sequence[Instance]]
"""Its masks, of which some are broken, and the true ones."""


def main(pictures: int) -> None:
    """Print a table for each preset."""
    for preset in ("neurons", "phase"):
        drawn = _drawn(preset, pictures)
        kinds = [one.get("broken", "whole") for masks, _ in drawn for one in masks]
        told = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in ("whole", "hole", "fragment", "double"))
        sys.stdout.write(
            f"{preset}, {pictures} pictures, {sum(len(true) for _, true in drawn):,} cells; masks: {told}\n"
        )
        for name, rules in CORRECTIONS.items():
            sys.stdout.write(f"| {name} | {_row(drawn, rules)} |\n")


def _drawn(preset: str, pictures: int) -> list[Picture]:
    """Return pictures with broken masks, and the same ones without."""
    broken, whole = (domain.open(domain.drawing(preset, {"broken": share})) for share in (BROKEN, 0))
    return [(_masks(broken, number), _masks(whole, number)) for number in range(pictures)]


def _masks(renderer: Any, number: int) -> list[Instance]:
    return [dict(one) for one in renderer.draw(number, "train", np.random.default_rng([0, number])).annotations]


def _row(drawn: Sequence[Picture], rules: MaskRules) -> str:
    """Return what is found, and Kaggle's measure of what comes of it."""
    found, figures = Faults(), list[float]()
    for masks, true in drawn:
        mended, faults = corrected(masks, _of_all(rules, masks))
        found += faults
        figures.append(kaggle.precision(overlap(mended, true)) or 0)
    counts = [sum(count for (_, name), count in found.items() if name == fault) for fault in FAULTS]
    return " | ".join([*map(str, counts), f"{np.mean(figures):.3f}"])


def _of_all(rules: MaskRules, masks: Sequence[Instance]) -> Mapping[int, MaskRules]:
    return {mask["category_id"]: rules for mask in masks}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
