"""Draw docs/images/cell-{families,own,broken}.png: cells of each family, of the page's own one, and broken masks."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image

from maskline.cells.entry import domain
from maskline.contract.coco.overlay import overlay
from maskline.contract.picture import decode

DOCS = Path(__file__).parents[1]
PAGE = DOCS / "cells.md"
SHOWN = {
    "demo": ("round",),
    "fluorescence": ("nucleus", "mitotic"),
    "phase": ("spread", "rounded"),
    "neurons": ("shsy5y", "astro", "cort"),
    "four": ("class1", "class2", "class3", "class4"),
}
"""Preset -> families that are shown through its microscope; debris is no family of cells."""
SIDE_PX, GAP_PX, COLUMNS = 120, 4, 6
CELLS = (3, 8)
COLOURS = 32
Pixels = np.typing.NDArray[np.uint8]


def main() -> None:
    """Write all of them."""
    shown = [(preset, {"families": {name: {"cells": CELLS}}}) for preset, names in SHOWN.items() for name in names]
    rows = [_row(preset, options, COLUMNS // 2) for preset, options in shown]
    _save(np.vstack([np.hstack(pair) for pair in zip(rows[::2], rows[1::2], strict=True)]), "families")
    own = described()
    _save(_row("phase", {"classes": "cell", "own": [own], "families": {own["name"]: {"cells": CELLS}}}, COLUMNS), "own")
    _save(np.vstack([_row("demo", {"broken": share}, COLUMNS, masks=True) for share in (0, 1)]), "broken")


def described() -> dict[str, Any]:
    """Return the family that the page shows how to describe."""
    (text,) = re.findall(r"```yaml\n(name: .*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def _row(preset: str, options: Mapping[str, Any], count: int, *, masks: bool = False) -> Pixels:
    """Return pictures side by side, (SIDE_PX + GAP_PX, W, 3), of families that `options` names and no other."""
    wanted = options.get("families")
    others = {name: {"cells": 0} for name in domain.drawing(preset, {}).families} if wanted else {}
    size = {"width_px": SIDE_PX, "height_px": SIDE_PX, "debris": 0}
    drawing = domain.drawing(preset, {**options, **size, "families": others | (wanted or {})})
    renderer, table = domain.open(drawing), domain.categories(drawing)
    tiles = list[Pixels]()
    for number in range(count):
        sample = renderer.draw(number, "train", np.random.default_rng([2, number]))
        painted = overlay(decode(sample.members["png"]), sample.annotations if masks else [], table)
        tiles.append(np.pad(painted, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=255))
    return np.hstack(tiles)


def _save(picture: Pixels, name: str) -> None:
    path = DOCS / f"images/cell-{name}.png"
    Image.fromarray(picture).quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
