"""Draw docs/images/sketch-categories.png and sketch-own.png: sketches in the colours of their parts."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from PIL import Image

from maskline.sketches.categories import OBJECTS
from maskline.sketches.entry import domain
from maskline.strokes.painting import colours_of, paint
from maskline.strokes.sketch import of_sample

DOCS = Path(__file__).parents[1]
PAGE = DOCS / "sketches.md"
COLUMNS = 9
CELL_PX, GAP_PX = 110, 8
LINE_PX = 1.6
COLOURS = 64
Pixels = np.typing.NDArray[np.uint8]


def main() -> None:
    """Write both pictures."""
    rows = [_row({"categories": {name: 1}}) for name in OBJECTS]
    _save(np.vstack(rows), DOCS / "images/sketch-categories.png")
    own = {"own": [described()], "categories": {described()["category"]: 1}}
    _save(_row(own), DOCS / "images/sketch-own.png")


def described() -> dict[str, Any]:
    """Return the category that the page shows how to describe."""
    (text,) = re.findall(r"```yaml\n(category: .*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    values: dict[str, Any] = yaml.safe_load(text)
    return values


def _row(options: Mapping[str, Any]) -> Pixels:
    """Return sketches side by side, (CELL_PX, W, 3)."""
    drawing = domain.drawing("demo", options)
    renderer, table = domain.open(drawing), domain.categories(drawing)
    colours = {category.name: category.colour for category in table.categories}
    row = Image.new("RGB", (COLUMNS * (CELL_PX + GAP_PX), CELL_PX + GAP_PX), "white")
    for number in range(COLUMNS):
        sketch = of_sample(renderer.draw(number, "train", np.random.default_rng([0, number])), table)
        picture = Image.fromarray(paint(sketch, colours_of(sketch, colours), CELL_PX, LINE_PX))
        left = number * (CELL_PX + GAP_PX) + (CELL_PX - picture.width) // 2
        row.paste(picture, (left, (CELL_PX - picture.height) // 2))
    return np.asarray(row)


def _save(picture: Pixels, path: Path) -> None:
    Image.fromarray(picture).quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
