"""The molecules domain's renderer: from an index and a generator to a labelled picture."""

from dataclasses import replace
from typing import Any

import numpy as np
from rdkit import Chem

from maskline.contract.errors import EmptySplit
from maskline.contract.shard import Sample
from maskline.molecules.categories import ATOM, table
from maskline.molecules.drawing.drawing import draw_sheet, molecule_scene, sheet_scene
from maskline.molecules.drawing.finishing import ILLEGIBLE, Picture, plain, scanned
from maskline.molecules.drawing.painting import colour_of
from maskline.molecules.drawing.records import annotation_records, image_record
from maskline.molecules.drawing.svg import svg_document
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.ink.scene import Scene
from maskline.molecules.labels.abbreviations import abbreviate
from maskline.molecules.labels.fonts import Outlines
from maskline.molecules.layout.layout import Layout, lay_out
from maskline.molecules.layout.preparing import prepare
from maskline.molecules.layout.structure import Prepared, Undrawable, with_carbons, with_circles, with_waves
from maskline.molecules.numbers.ranges import happens, number
from maskline.molecules.scanner.scan import sample_scan
from maskline.molecules.sources.molecules import Molecule, MoleculeSource
from maskline.molecules.styles.options import DrawingOptions, Program, StyleOptions
from maskline.molecules.styles.style import Style, sample_style

OTHER: dict[Program, Program] = {"rdkit": "coordgen", "coordgen": "rdkit"}
LABEL_SCALES = (1.0, 0.8, 0.6)
MOST_MOLECULES = 1000
ABBREVIATED = 0.7
"""Share of the kinds of groups that a picture with abbreviations abbreviates."""


class MoleculeRenderer:
    """Draws samples of one preset."""

    def __init__(self, options: DrawingOptions, source: MoleculeSource) -> None:
        self._options = options
        self._source = source
        self._table = table(options.classes)
        self._canvas = Canvas()
        self._outlines = Outlines(
            font for style in options.styles.values() for font in (*style.fonts, *style.page.fonts)
        )
        weights = np.array([style.weight for style in options.styles.values()])
        self._shares = np.cumsum(weights / weights.sum())

    def draw(self, index: int, split: str, rng: np.random.Generator) -> Sample:
        """Draw sample `index`, a molecule of `split` in a style of its own.  Raises EmptySplit, InvalidInput.

        Molecules that would not be legible in that style are passed over.  A dataset's first sample also surveys the
        source, so that this is done once, by whichever process draws it.
        """
        if index == 0:
            self._source.survey()
        name = self._style_name(rng)
        options = self._options.styles[name]
        style = sample_style(name, options, rng)
        last = ""
        for _ in range(MOST_MOLECULES):
            molecule = self._source.draw(split, rng)
            try:
                return self.sample(index, molecule, options, style, split, rng)
            except Undrawable as reason:
                last = str(reason)
                self._source.pass_over(molecule.entry, last)
        raise EmptySplit(
            f"source '{self._options.source}': {MOST_MOLECULES} molecules of split '{split}' in a row cannot be drawn "
            f"in style '{name}', the last one for this: {last}; give the style smaller labels, other "
            "bond lengths or a larger most_side_px, or the drawing other heavy_atoms or another stereo_share"
        )

    def _style_name(self, rng: np.random.Generator) -> str:
        """Draw one of the styles by their weights."""
        number = int(np.searchsorted(self._shares, rng.random(), side="right"))
        return list(self._options.styles)[min(number, len(self._shares) - 1)]  # rounding may leave the last below 1

    def faults(self) -> list[dict[str, Any]]:
        """Return the source's entries met since the last call that were not drawn: line, text, reason, usable."""
        return self._source.faults()

    def left_out(self) -> dict[str, list[int]]:
        """Return the source's lines met since the last call that options leave out, by option."""
        return self._source.left_out()

    def sample(
        self, index: int, molecule: Molecule, options: StyleOptions, style: Style, split: str, rng: np.random.Generator
    ) -> Sample:
        """Draw one molecule in a style and write its records.  Raises Undrawable."""
        layout, scene, style = self._laid_out(molecule, options, style, rng)
        neighbour = self._neighbour(layout, options, style, split, rng)
        drawing = draw_sheet(layout, neighbour, options, style, self._outlines, rng)
        if drawing.marks:
            scene = sheet_scene(drawing, self._outlines)
        if options.scanner is None:
            picture = plain(self._canvas, scene, drawing, style)
        else:
            picture = scanned(self._canvas, scene, drawing, sample_scan(options.scanner, rng), rng)
        stem = f"{index:07d}"
        members = {"png": picture.png}
        if self._options.svg:
            members["svg"] = self._svg(scene, layout, picture)
        return Sample(
            stem=stem,
            members=members,
            image=image_record(index, f"{stem}.png", molecule, style, layout, picture),
            annotations=annotation_records(index, layout, picture, self._table),
        )

    def _svg(self, scene: Scene, layout: Layout, picture: Picture) -> bytes:
        """Return the drawing as SVG, where the picture shows it."""
        scene.place(picture.matrix.tolist(), picture.width, picture.height)
        self._canvas.draw(scene)
        instances = [(bond.category, "#000000") for bond in layout.molecule.bonds]
        instances += [(ATOM, colour_of(layout, atom)) for atom in layout.labels]
        return svg_document(self._canvas.contours(), instances, picture.width, picture.height).encode()

    def _laid_out(
        self, molecule: Molecule, options: StyleOptions, style: Style, rng: np.random.Generator
    ) -> tuple[Layout, Scene, Style]:
        """Lay the molecule out legibly, with the style's program or else the other.  Raises Undrawable."""
        structure = abbreviate(molecule.structure, ABBREVIATED, rng) if style.abbreviations else molecule.structure
        try:
            return self._legible(self._prepared(structure, options, style, rng), options, style)
        except Undrawable:
            other = replace(style, layout=OTHER[style.layout])
            return self._legible(self._prepared(structure, options, other, rng), options, other)

    def _prepared(self, structure: Chem.Mol, options: StyleOptions, style: Style, rng: np.random.Generator) -> Prepared:
        """Lay a molecule out, with what the style draws otherwise.  Raises Undrawable."""
        prepared = prepare(structure, self._options.classes, style.layout)
        if len(prepared.fragments) > options.most_parts:
            message = f"it has {len(prepared.fragments)} parts that no bond joins, more than {options.most_parts}"
            raise Undrawable(message)
        if options.least_crossings and prepared.crossings < options.least_crossings:
            message = f"fewer pairs of its bonds cross than {options.least_crossings}"
            raise Undrawable(message)
        if style.circles:
            prepared = with_circles(prepared)
        if self._options.classes.wavy == "own" and options.waves:
            prepared = with_waves(prepared, options.waves, rng)
        if style.methyls or style.carbons:
            prepared = with_carbons(prepared, inner=style.carbons)
        return prepared

    def _legible(self, molecule: Prepared, options: StyleOptions, style: Style) -> tuple[Layout, Scene, Style]:
        """Lay out with smaller labels until they stand free and every bond shows.  Raises Undrawable."""
        for label_scale in LABEL_SCALES:
            fitted = replace(style, label_scale=label_scale)
            layout = lay_out(molecule, options, fitted, self._outlines)
            scene = molecule_scene(layout, self._outlines)
            if self._canvas.lay_out(scene):
                return layout, scene, replace(fitted, bond_length_px=round(layout.bond_length, 3))
        raise Undrawable(ILLEGIBLE)

    def _neighbour(
        self, layout: Layout, options: StyleOptions, style: Style, split: str, rng: np.random.Generator
    ) -> Layout | None:
        """Lay out another molecule, for the picture's edge to cut, if there is to be one and it is legible."""
        if not happens(options.page.neighbour, rng):
            return None
        alike = replace(
            style, rotation_degrees=number(options.rotation_degrees, rng), bond_length_px=layout.bond_length
        )
        other = self._source.draw(split, rng)
        try:
            return self._legible(prepare(other.structure, self._options.classes), options, alike)[0]
        except Undrawable:
            return None
