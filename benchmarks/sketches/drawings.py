"""The same drawings for both sides: drawn by the generator, or yours."""

from collections.abc import Sequence

import numpy as np
from sketches.plain import Drawing

from maskline.contract.artifact import Artifact
from maskline.contract.kind.exchange import OWN, ImportConfig
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store import Store
from maskline.render.config import RenderConfig
from maskline.render.importing.stage import run as import_
from maskline.render.stage import run as render
from maskline.strokes.classes import Classes, part_name
from maskline.strokes.networks.sampling import sampled
from maskline.strokes.sketch import of_sample

DRAWN = 4000
POINTS = 64
"""What the plain side draws a stroke's picture from."""


def dataset(place: str, store: Store) -> Artifact:
    """Return a dataset.  place: a file or folder of labelled drawings with a split val; empty: they are drawn."""
    if place:
        config = ImportConfig(sources=(place,), name="bench", domain="sketches", categories=OWN)
        return import_(config, store)
    asked = RenderConfig(domain="sketches", preset="single", samples=DRAWN, drawing={"labels": "initial"})
    return render(asked, store, 1, lambda *_: None)


def samples(artifact: Artifact, split: str) -> list[Sample]:
    """Return every sample of a split."""
    found = Dataset(artifact)
    return [sample for shard in found.shards(split) for sample in found.samples(shard)]


def as_drawings(every: Sequence[Sample], artifact: Artifact) -> list[Drawing]:
    """Return samples of one object each as the plain side reads them; strokes without a part have the label -100."""
    table = artifact.manifest.categories
    parts = Classes(table).parts
    drawings = []
    for sample in every:
        sketch = of_sample(sample, table)
        labels = np.full(len(sketch.strokes), -100)
        for thing in sketch.things:
            for part in thing.parts:
                labels[list(part.strokes)] = parts.index(part_name(thing.category, part.name))
        drawings.append(Drawing(list(sampled(sketch.strokes, POINTS)), labels))
    return drawings
