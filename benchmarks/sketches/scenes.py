"""Tell which strokes of real scenes are one object, by a model that knows none of their classes: `make scenes`.

SCENES=folders of labelled scenes, CHECKPOINT=URI, PICTURES=folder for a sheet of each.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.artifact import open_sealed
from maskline.contract.errors import InvalidInput, MasklineError
from maskline.strokes.classes import Classes
from maskline.strokes.evaluation.figures import figures
from maskline.strokes.evaluation.gallery import APART
from maskline.strokes.formats.finding import find
from maskline.strokes.formats.reading import read
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.networks.weights import load_network
from maskline.strokes.painting import RGB, paint
from maskline.strokes.prediction.results import as_found, results_of
from maskline.strokes.sketch import Sketch, to_sample

FIGURES = ("strokes_in_right_object", "objects_found", "object_ap50")
SHOWN = 8
"""Scenes on a sheet, from the worst to the best in equal steps: the truth above what was found."""
SIDE_PX = 320
CLUTTER: RGB = (190, 190, 190)


def main(sources: Sequence[str], uri: str, pictures: str) -> None:
    """Print the figures of each source, and keep a sheet of it."""
    network = load_network(open_sealed(uri, "checkpoint"))
    for source in sources:
        scenes = list(_scenes(source, Classes(network.spec.categories).objects[0]))
        results = results_of(network, scenes)
        measured = _measured(network, scenes, results)
        objects = sum(len(scene.things) for scene in scenes)
        shares = " ".join(f"{name}={measured[name]:.3f}" for name in FIGURES)
        print(f"{source}: scenes={len(scenes)} objects={objects} {shares}", flush=True)
        if pictures:
            single = [
                _measured(network, [scene], [result])["strokes_in_right_object"] or 0
                for scene, result in zip(scenes, results, strict=True)
            ]
            order = np.argsort(single, kind="stable")[np.linspace(0, len(scenes) - 1, SHOWN).round().astype(int)]
            classes = Classes(network.spec.categories)
            pairs = [(scenes[at], as_found(scenes[at], results[at], classes)) for at in order.tolist()]
            path = Path(pictures) / f"{Path(source).name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(_sheet(pairs)).save(path)


def _scenes(source: str, name: str) -> Iterator[Sketch]:
    """Yield labelled scenes.  name: of a class, that all objects get, for which one they are does not matter here."""
    for file in find(source, []):
        reading = read(file)
        if reading.problems:
            raise InvalidInput("\n".join(reading.problems))
        for sketch in reading.sketches:
            yield replace(sketch, things=tuple(replace(thing, category=name, parts=()) for thing in sketch.things))


def _measured(
    network: SketchNetwork, scenes: Sequence[Sketch], results: Sequence[Sequence[Mapping[str, Any]]]
) -> Mapping[str, float | None]:
    table = network.spec.categories
    samples = [to_sample(scene, number, "", table) for number, scene in enumerate(scenes)]
    truth = {
        "images": [sample.image for sample in samples],
        "annotations": [annotation for sample in samples for annotation in sample.annotations],
        "categories": table.coco(),
    }
    named = [
        {**one, "image_id": sample.image["id"]} for sample, found in zip(samples, results, strict=True) for one in found
    ]
    return figures(truth, named)


def _sheet(pairs: Sequence[tuple[Sketch, Sketch]]) -> NDArray[np.uint8]:
    """Return truth and prediction of scenes, one beside the other; objects are told apart by colour."""
    sheet = np.full((2 * SIDE_PX, len(pairs) * SIDE_PX, 3), 255, np.uint8)
    for column, pair in enumerate(pairs):
        for row, sketch in enumerate(pair):
            picture = paint(sketch, _colours(sketch), SIDE_PX)
            top, left = row * SIDE_PX, column * SIDE_PX
            sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def _colours(sketch: Sketch) -> list[RGB]:
    colours = [CLUTTER] * len(sketch.strokes)
    for number, thing in enumerate(sketch.things):
        for stroke in thing.strokes:
            colours[stroke] = APART[number % len(APART)]
    return colours


if __name__ == "__main__":
    scenes, checkpoint = os.environ.get("SCENES", "").split(), os.environ.get("CHECKPOINT", "")
    if not scenes or not checkpoint:
        sys.exit(f"error: SCENES = '{' '.join(scenes)}', CHECKPOINT = '{checkpoint}': both must be given")
    try:
        main(scenes, checkpoint, os.environ.get("PICTURES", ""))
    except MasklineError as fault:
        sys.exit(f"error: {fault}")
