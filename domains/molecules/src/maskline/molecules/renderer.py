"""The molecules domain's renderer: from an index and a generator to a labelled picture."""

from dataclasses import replace
from typing import Any

import numpy as np

from maskline.contract.errors import EmptySplit
from maskline.contract.shard import Sample
from maskline.molecules.depiction import Depiction, Undrawable, depict, prepare
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.molecule import Molecule, MoleculeSource
from maskline.molecules.options import DrawingOptions
from maskline.molecules.placement import place
from maskline.molecules.records import annotation_records, image_record
from maskline.molecules.style import Style, sample_style

LABEL_SCALES = (1.0, 0.8, 0.6)
MOST_MOLECULES = 200


class MoleculeRenderer:
    """Draws samples of one preset."""

    def __init__(self, options: DrawingOptions, source: MoleculeSource) -> None:
        self._options = options
        self._source = source
        self._canvas = Canvas()

    def draw(self, index: int, split: str, rng: np.random.Generator) -> Sample:
        """Draw sample `index`, a molecule of `split` in a style of its own.  Raises EmptySplit, InvalidInput.

        Molecules that would not be legible in that style are passed over.  A dataset's first sample also surveys the
        source, so that this is done once, by whichever process draws it.
        """
        if index == 0:
            self._source.survey()
        style = sample_style(self._options, rng)
        for _ in range(MOST_MOLECULES):
            molecule = self._source.draw(split, rng)
            try:
                return self._legible(index, molecule, style)
            except Undrawable as reason:
                self._source.pass_over(molecule.entry, str(reason))
        raise EmptySplit(
            f"source '{self._options.source}': {MOST_MOLECULES} molecules of split '{split}' in a row cannot be drawn "
            f"legibly in the style {style}"
        )

    def faults(self) -> list[dict[str, Any]]:
        """Return the source's entries met since the last call that were not drawn: line, text, reason, usable."""
        return self._source.faults()

    def _legible(self, index: int, molecule: Molecule, style: Style) -> Sample:
        """Draw with smaller labels until they stand free and every bond shows.  Raises Undrawable."""
        prepared = prepare(molecule.structure)
        for label_scale in LABEL_SCALES:
            fitted = replace(style, label_scale=label_scale)
            drawing = depict(prepared, self._options, fitted)
            sample = labelled_picture(index, molecule, drawing, self._options, fitted, self._canvas)
            if sample is not None:
                return sample
        raise Undrawable("not legible: labels or lines run into what they do not belong to")


def labelled_picture(
    index: int, molecule: Molecule, drawing: Depiction, options: DrawingOptions, style: Style, canvas: Canvas
) -> Sample | None:
    """Place, fill and label one drawing.

    Returns None if it is not legible: a label meets another or a bond, or a bond is not drawn between its atoms.
    """
    ink = canvas.read(drawing)
    if ink is None:
        return None
    placement = place(ink, options, style)
    masks = canvas.draw(placement, options.minimum_stroke_px)
    if masks is None:
        return None
    stem = f"{index:07d}"
    return Sample(
        stem=stem,
        members={"png": canvas.png()},
        image=image_record(index, f"{stem}.png", molecule, style, drawing, placement),
        annotations=annotation_records(index, drawing, placement, masks),
    )
