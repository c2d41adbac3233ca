"""The cells domain's renderer: from an index and a generator to a labelled picture."""

import numpy as np

from maskline.cells.microscope.exposure import Exposure
from maskline.cells.options import DrawingOptions
from maskline.cells.png import encode
from maskline.cells.records import annotation_records, image_record
from maskline.cells.scene import scene
from maskline.contract.domain import Renderer
from maskline.contract.shard import Sample, annotation_id


class CellRenderer(Renderer):
    """Draws samples of one preset."""

    def __init__(self, options: DrawingOptions) -> None:
        self._options = options
        self._left_out: list[int] = []

    def draw(self, index: int, split: str, rng: np.random.Generator) -> Sample:
        """Draw sample `index`; every split is drawn alike."""
        del split
        drawn = scene(self._options, rng)
        exposure = Exposure.sampled(self._options.microscope, rng)
        picture, stem = exposure.picture(drawn.specimen, rng), f"{index:07d}"
        self._left_out += [annotation_id(index, number) for number in range(drawn.left_out)]
        return Sample(
            stem=stem,
            members={"png": encode(picture)},
            image=image_record(index, f"{stem}.png", drawn, exposure),
            annotations=annotation_records(index, drawn, self._options, rng),
        )

    def left_out(self) -> dict[str, list[int]]:
        """Return the cells that found no room since the last call, each by a number of its own."""
        left_out, self._left_out = self._left_out, []
        return {"squeeze": left_out}
