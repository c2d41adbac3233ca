"""A molecule on its sheet: what stands around it, and how large the sheet is.

Lengths are pixels of the picture before a scanner has it, x to the right, y down, from the middle of the molecule.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from maskline.molecules.drawing.rows import add_layout, add_marks, attachment, text_box
from maskline.molecules.ink.scene import Rows, Scene
from maskline.molecules.labels.fonts import Outlines
from maskline.molecules.layout.layout import Layout
from maskline.molecules.layout.structure import WEDGE_MARKS
from maskline.molecules.page.boxes import union, widened
from maskline.molecules.page.furnishing import furnish
from maskline.molecules.page.marks import Box, Mark, Neighbour, Stroke
from maskline.molecules.page.sheet import DrawnMolecule
from maskline.molecules.styles.options import StyleOptions
from maskline.molecules.styles.style import Style


@dataclass(frozen=True, slots=True)
class Drawing:
    """A molecule on its sheet."""

    layout: Layout
    marks: tuple[Mark, ...]
    """What stands around it."""
    neighbour: Layout | None
    """Another molecule, for a mark that places it."""
    origin: tuple[float, float]
    """Where the middle of the molecule lies, from the sheet's left top."""
    width: int
    height: int


def draw_sheet(
    layout: Layout,
    neighbour: Layout | None,
    options: StyleOptions,
    style: Style,
    outlines: Outlines,
    rng: np.random.Generator,
) -> Drawing:
    """Put a page around a molecule, and both on a sheet of the size that the style says."""
    ends = attachment(layout, rng) if style.attachments else ()
    around = options.page.model_copy(update={"neighbour": float(neighbour is not None)})
    drawn = _for_page(layout, [_box_of(end) for end in ends], neighbour, style)
    page = furnish(drawn, around, rng, partial(text_box, outlines))
    left, top, right, bottom = page.box
    margin = style.margin_px
    width = max(math.ceil(right - left + 2 * margin), options.least_side_px)
    height = max(math.ceil(bottom - top + 2 * margin), options.least_side_px)
    x = margin + (width - 2 * margin - (right - left)) * style.place[0] - left
    y = margin + (height - 2 * margin - (bottom - top)) * style.place[1] - top
    return Drawing(layout, (*ends, *page.marks), neighbour, (x, y), width, height)


def _box_of(stroke: Stroke) -> Box:
    xs, ys = zip(*stroke.points, strict=True)
    return widened((min(xs), min(ys), max(xs), max(ys)), stroke.width)


def _for_page(layout: Layout, ends: Sequence[Box], neighbour: Layout | None, style: Style) -> DrawnMolecule:
    pens = layout.pens
    wide, lines = pens.wedge_width / 2, pens.line_gap + pens.line_width / 2
    left, top, right, bottom = neighbour.box if neighbour else (0.0, 0.0, 0.0, 0.0)
    return DrawnMolecule(
        box=reduce(union, ends, layout.box),
        atoms=layout.atoms,
        bonds=layout.molecule.bond_atoms.astype(np.intp),
        reaches=np.array([wide if bond.mark in WEDGE_MARKS else lines for bond in layout.molecule.bonds], np.float64),
        label_boxes=np.array([*(box[1:] for box in layout.label_boxes()), *ends]).reshape(-1, 4),
        cap_height=layout.cap_height,
        line_width=pens.line_width,
        font=style.font,
        neighbour_size=(right - left, bottom - top),
    )


def molecule_scene(layout: Layout, outlines: Outlines) -> Scene:
    """Gather the arrays of a molecule alone: an owner for every bond, then one for every label."""
    rows = Rows()
    add_layout(rows, layout)
    return _scene(rows, layout, outlines, len(rows.bonds), rows.owners)


def sheet_scene(drawing: Drawing, outlines: Outlines) -> Scene:
    """Gather the arrays of a molecule and of all that stands around it."""
    rows = Rows()
    add_layout(rows, drawing.layout)
    own_bonds, labelled = len(rows.bonds), rows.owners
    add_marks(rows, [mark for mark in drawing.marks if not isinstance(mark, Neighbour)], outlines)
    for mark in drawing.marks:
        if isinstance(mark, Neighbour) and drawing.neighbour is not None:
            left, top, _, _ = drawing.neighbour.box
            add_layout(rows, drawing.neighbour.moved(mark.shift[0] - left, mark.shift[1] - top))
    return _scene(rows, drawing.layout, outlines, own_bonds, labelled)


def _scene(rows: Rows, layout: Layout, outlines: Outlines, own_bonds: int, labelled: int) -> Scene:
    return Scene(rows, (outlines.points, outlines.tags), own_bonds, labelled, layout.pens)
