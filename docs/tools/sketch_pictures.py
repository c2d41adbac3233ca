"""Draw docs/images/sketch-{categories,own,swap}.png: sketches in the colours of their parts."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from PIL import Image

from maskline.sketches.categories import OBJECTS
from maskline.sketches.entry import domain
from maskline.strokes.classes import Classes
from maskline.strokes.painting import RGB, colours_of, paint, rgb
from maskline.strokes.sketch import Sketch, Stroke, of_sample
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.items import Drawings, item_of, with_luck
from maskline.strokes.training.objects import Objects, apart
from maskline.strokes.training.swapping import swapped

DOCS = Path(__file__).parents[1]
PAGE = DOCS / "sketches.md"
COLUMNS = 9
CELL_PX, GAP_PX = 110, 8
LINE_PX = 1.6
SWAP, POINTS = 0.5, 64
COLOURS = 64
Pixels = np.typing.NDArray[np.uint8]


def main() -> None:
    """Write all of them."""
    rows = [_row({"categories": {name: 1}}) for name in OBJECTS]
    _save(np.vstack(rows), DOCS / "images/sketch-categories.png")
    own = {"own": [described()], "categories": {described()["category"]: 1}}
    _save(_row(own), DOCS / "images/sketch-own.png")
    _save(_swapped(), DOCS / "images/sketch-swap.png")


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
    samples = [renderer.draw(number, "train", np.random.default_rng([0, number])) for number in range(COLUMNS)]
    sketches = [of_sample(sample, table) for sample in samples]
    return _painted([(sketch, colours_of(sketch, colours)) for sketch in sketches])


def _swapped() -> Pixels:
    """Return flowers, and below them the same ones with parts of each other."""
    drawing = domain.drawing("demo", {"categories": {"flower": 1}, "hand": {"foreign": 0}})
    renderer, table = domain.open(drawing), domain.categories(drawing)
    samples = [renderer.draw(number, "train", np.random.default_rng([1, number])) for number in range(COLUMNS)]
    spec = StrokeSpec.model_construct(categories=table, points=POINTS)
    items = [with_luck(item_of(sample, spec), np.random.default_rng(0)) for sample in samples]
    before = apart(Drawings.of(items))
    torch.manual_seed(0)
    names = Classes(table).parts
    after = swapped(before, SWAP, len(names))
    colours = {category.name: rgb(category.colour) for category in table.categories}
    return np.vstack([_painted(_objects(each, [colours[name] for name in names])) for each in (before, after)])


def _objects(objects: Objects, colours: Sequence[RGB]) -> list[tuple[Sketch, list[RGB]]]:
    """Return each object as a sketch and its strokes' colours.  colours: of each class of parts."""
    counts = objects.strokes.counts.tolist()
    pairs = zip(objects.strokes.points.split(counts), objects.part.split(counts), strict=True)
    return [
        (Sketch("", tuple(Stroke(one.double().numpy()) for one in strokes)), [colours[at] for at in part.tolist()])
        for strokes, part in pairs
    ]


def _painted(sketches: Sequence[tuple[Sketch, Sequence[RGB]]]) -> Pixels:
    """Return sketches side by side, (CELL_PX, W, 3), each with the colours of its strokes."""
    row = Image.new("RGB", (COLUMNS * (CELL_PX + GAP_PX), CELL_PX + GAP_PX), "white")
    for number, (sketch, colours) in enumerate(sketches):
        picture = Image.fromarray(paint(sketch, colours, CELL_PX, LINE_PX))
        left = number * (CELL_PX + GAP_PX) + (CELL_PX - picture.width) // 2
        row.paste(picture, (left, (CELL_PX - picture.height) // 2))
    return np.asarray(row)


def _save(picture: Pixels, path: Path) -> None:
    Image.fromarray(picture).quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
