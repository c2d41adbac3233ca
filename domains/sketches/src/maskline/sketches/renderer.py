"""The sketches domain's renderer: from an index and a generator to a labelled sketch."""

import numpy as np

from maskline.contract.domain import Renderer
from maskline.contract.shard import Sample
from maskline.sketches.collected import Collected
from maskline.sketches.invented import Invented
from maskline.sketches.options import DrawingOptions, table_of
from maskline.sketches.scene import Scenes
from maskline.strokes.sketch import to_sample


class SketchRenderer(Renderer):
    """Draws samples of one preset."""

    def __init__(self, options: DrawingOptions) -> None:
        self._scenes = Scenes(options, Collected(options) if options.drawings else Invented(options))
        self._table = table_of(options)

    def draw(self, index: int, split: str, rng: np.random.Generator) -> Sample:
        """Draw sample `index`; no two are related, so each is a group of its own.  Raises EmptySplit."""
        stem = f"{index:07d}"
        return to_sample(self._scenes.sketch(stem, split, rng), index, stem, self._table)
