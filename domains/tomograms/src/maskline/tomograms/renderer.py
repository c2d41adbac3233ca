"""The tomograms domain's renderer: from an index and a generator to a labelled volume."""

import numpy as np

from maskline.contract.domain import Renderer
from maskline.contract.shard import Sample, annotation_id
from maskline.tomograms.categories import table
from maskline.tomograms.kinds import kinds
from maskline.tomograms.options import DrawingOptions
from maskline.tomograms.records import sample
from maskline.tomograms.tomogram import drawn


class TomogramRenderer(Renderer):
    """Draws samples of one preset."""

    def __init__(self, options: DrawingOptions) -> None:
        """Make the densities of all complexes.  Raises NotFound, InvalidInput."""
        self._options, self._kinds = options, kinds(options)
        self._ids = {category.name: category.id for category in table(options.classes).categories}
        self._left_out: list[int] = []

    def draw(self, index: int, split: str, rng: np.random.Generator) -> Sample:
        """Draw sample `index`; every split is drawn alike."""
        del split
        found = drawn(self._options, self._kinds, self._ids, rng)
        self._left_out += [annotation_id(index, number) for number in range(found.left_out)]
        return sample(index, found)

    def left_out(self) -> dict[str, list[int]]:
        """Return the complexes that found no room since the last call, each by a number of its own."""
        left_out, self._left_out = self._left_out, []
        return {"occupancy": left_out}
