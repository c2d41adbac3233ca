"""The molecules domain's renderer: from an index and a generator to a labelled picture."""

from dataclasses import replace
from typing import Any

import numpy as np

from maskline.contract.errors import EmptySplit
from maskline.contract.shard import Sample
from maskline.molecules import coverage, png
from maskline.molecules.depiction import Depiction, Undrawable, depict
from maskline.molecules.masks import masks
from maskline.molecules.molecule import Molecule, MoleculeSource
from maskline.molecules.options import DrawingOptions
from maskline.molecules.outline import contours
from maskline.molecules.paths import bonds_show, ink_box, read_paths
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
        for label_scale in LABEL_SCALES:
            fitted = replace(style, label_scale=label_scale)
            drawing = depict(molecule.structure, self._options, fitted)
            sample = labelled_picture(index, molecule, drawing, self._options, fitted)
            if sample is not None:
                return sample
        raise Undrawable("not legible: labels or lines run into what they do not belong to")


def labelled_picture(
    index: int, molecule: Molecule, drawing: Depiction, options: DrawingOptions, style: Style
) -> Sample | None:
    """Place, fill and label one drawing.

    Returns None if it is not legible: a label meets another or a bond, or a bond is not drawn between its atoms.
    """
    paths = read_paths(drawing)
    if not bonds_show(drawing, paths):
        return None
    placement = place(ink_box(paths), options, style)
    shapes = contours(drawing, paths, placement.scale, placement.shift, options.minimum_stroke_px)
    drawn = coverage.cover(shapes, placement.width, placement.height)
    labels = drawn.owners >= len(drawing.bonds)
    dark = np.zeros((placement.height, placement.width), np.uint8)
    coverage.darken(dark, drawn, ~labels)
    if drawn.boxes_overlap(labels) or coverage.touches_ink(dark, drawn, labels):
        return None
    coverage.darken(dark, drawn, labels)
    found = masks(drawn, placement.width, placement.height)
    owned = dict(zip(drawn.owners.tolist(), found, strict=True))
    if not all(mask.area for mask in found):
        return None
    stem = f"{index:07d}"
    return Sample(
        stem=stem,
        members={"png": png.encode_ink(dark)},
        image=image_record(index, f"{stem}.png", molecule, style, drawing, placement),
        annotations=annotation_records(index, drawing, placement, shapes, owned),
    )
