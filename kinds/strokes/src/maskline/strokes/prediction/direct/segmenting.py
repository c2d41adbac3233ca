"""Sketches in; SVG coloured by part, InstanceSketch's JSON and one COCO document out.  Importing it loads torch."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.config import canonical_json
from maskline.contract.kind.prediction import DOCUMENT, Segmented, Unreadable
from maskline.strokes.classes import Classes
from maskline.strokes.formats import instancesketch
from maskline.strokes.formats.coco import annotations_of
from maskline.strokes.formats.labels import singles
from maskline.strokes.formats.svg.writing import write
from maskline.strokes.painting import frame_of
from maskline.strokes.prediction.config import StrokePrediction
from maskline.strokes.prediction.direct.places import Place
from maskline.strokes.prediction.predictor import StrokePredictor
from maskline.strokes.prediction.results import as_found

Result = dict[str, Any]
LAYOUT = "instancesketch"
"""The folder of InstanceSketch's files, which tell a class by their folder's name."""


def segment_files(
    places: Sequence[Place], checkpoint: Artifact, config: StrokePrediction, output: Path
) -> Iterator[Segmented | Unreadable]:
    """Read the sketches batch by batch, write what was found in each, and tell of each as it is done.

    `output` then holds of each sketch <name>.svg, coloured by part, and of each object LAYOUT/<class>/<name>.json; then
    DOCUMENT, unless none could be read: a COCO document of all sketches in their order, with masks.
    """
    predictor, categories = StrokePredictor(checkpoint, config), checkpoint.manifest.categories
    classes = Classes(categories)
    colours = {category.name: category.colour for category in categories.categories}
    images: list[Result] = []
    annotations: list[Result] = []
    waiting = iter(places)
    while batch := list(islice(waiting, config.batch_size)):
        started = time.monotonic()
        sketches = [place.sketch for place in batch if place.sketch]
        found = iter(predictor.results(sketches))
        taken = (time.monotonic() - started) / max(1, len(sketches))
        for place in batch:
            if place.sketch is None:
                yield Unreadable(place.name, place.fault)
                continue
            results = next(found)
            painted = as_found(place.sketch, results, classes)
            _write(output / f"{place.name}.svg", write(painted, colours))
            for single in singles(painted):
                own = f"{single.name.replace('/', '-')}.json"
                _write(output / LAYOUT / single.things[0].category / own, instancesketch.write(single))
            frame, number = frame_of(painted, config.longer_side_px), len(images) + 1
            images.append(
                {"id": number, "file_name": f"{place.name}.svg", "height": frame.height, "width": frame.width}
            )
            masks = annotations_of(painted, frame, classes.id, config.stroke_width_px)
            for one, mask in zip(results, masks, strict=True):
                annotations.append({"id": len(annotations) + 1, "image_id": number} | mask | one)
            counts = Counter[int](one["category_id"] for one in results)
            yield Segmented(place.name, counts, taken, [place.remark] if place.remark else [])
    if images:
        info = {"checkpoint": checkpoint.uri, "score_threshold": config.score_threshold}
        info |= {"stroke_width_px": config.stroke_width_px}
        document = {"info": info, "images": images, "annotations": annotations, "categories": categories.coco()}
        _write(output / DOCUMENT, canonical_json(document))


def _write(path: Path, data: bytes) -> None:
    """Write beside the place, then rename: whoever looks sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
