"""The molecules domain's renderer: from an index and a generator to a labelled picture."""

from typing import Any

import numpy as np
from rdkit import rdBase

from maskline.contract.shard import Sample
from maskline.molecules import coverage, outline, png
from maskline.molecules.depiction import Depiction, Undrawable, depict
from maskline.molecules.molecule import Molecule, MoleculeSource
from maskline.molecules.options import DrawingOptions
from maskline.molecules.placement import place
from maskline.molecules.records import annotation_records, image_record
from maskline.molecules.style import Style, sample_style


class MoleculeRenderer:
    """Draws samples of one preset."""

    def __init__(self, options: DrawingOptions, source: MoleculeSource) -> None:
        self._options = options
        self._source = source
        self._silence = rdBase.BlockLogs()  # RDKit prints every SMILES it cannot read; they are reported as faults

    def draw(self, index: int, split: str, rng: np.random.Generator) -> Sample:
        """Draw sample `index`, a molecule of `split` in a style of its own.  Raises EmptySplit, InvalidInput."""
        style = sample_style(self._options, rng)
        while True:
            molecule = self._source.draw(split, rng)
            try:
                drawing = depict(molecule.structure, self._options, style)
            except Undrawable:
                continue
            return labelled_picture(index, molecule, drawing, self._options, style)

    def faults(self) -> list[dict[str, Any]]:
        """Return the source's entries met since the last call that cannot be drawn: line, text, reason."""
        return self._source.faults()


def labelled_picture(
    index: int, molecule: Molecule, drawing: Depiction, options: DrawingOptions, style: Style
) -> Sample:
    """Place, fill and label one drawing."""
    paths = outline.read_paths(drawing)
    placement = place(outline.ink_box(paths), options, style)
    shapes = outline.contours(drawing, paths, placement.scale, placement.shift, options.minimum_stroke_px)
    drawn = coverage.instances(shapes, placement.width, placement.height)
    picture, masks = coverage.compose(drawn, placement.width, placement.height)
    stem = f"{index:07d}"
    return Sample(
        stem=stem,
        members={"png": png.encode_grey(picture)},
        image=image_record(index, f"{stem}.png", molecule, style, drawing, placement),
        annotations=annotation_records(index, drawing, placement, shapes, drawn, masks),
    )
