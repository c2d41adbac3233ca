"""One molecule laid out and drawn by RDKit: the SVG text, and what every path in it stands for."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

from maskline.molecules import categories
from maskline.molecules.options import DrawingOptions, Font
from maskline.molecules.style import Style

FONT_FILES: dict[Font, str] = {
    "telex": "BuiltinTelexRegular",
    "roboto": "BuiltinRobotoRegular",
    "free-sans": str(Path(rdMolDraw2D.__file__).parent / "FreeSans.ttf"),
}
PLAIN = {Chem.BondDir.NONE, Chem.BondDir.ENDUPRIGHT, Chem.BondDir.ENDDOWNRIGHT}
STEREO_MARKS = {Chem.BondDir.BEGINWEDGE: "wedge", Chem.BondDir.BEGINDASH: "dash"}
STEREO_CLASSES = {"wedge": categories.WEDGE, "dash": categories.DASH}
DOUBLE_STEREO = {Chem.BondStereo.STEREOE: "E", Chem.BondStereo.STEREOZ: "Z"}
CARBON = 6
ORDERS = {Chem.BondType.SINGLE: 1, Chem.BondType.DOUBLE: 2}


@dataclass(frozen=True, slots=True)
class Bond:
    """One bond as it is drawn; `atoms` begins where a wedge is narrow."""

    category: str
    atoms: tuple[int, int]
    order: int
    """Lines of the drawn Kekulé form, 1 or 2."""
    stereo: str
    """none, wedge, dash, E or Z."""
    aromatic: bool


@dataclass(frozen=True, slots=True)
class Label:
    """What a label of the atom would say."""

    element: str
    charge: int
    text: str


@dataclass(frozen=True, slots=True)
class Depiction:
    """A drawn molecule.  Coordinates are canvas pixels, origin top left."""

    svg: str
    width: int
    height: int
    atoms: npt.NDArray[np.float64]
    """(A, 2) position of every atom, x then y."""
    bonds: tuple[Bond, ...]
    """In the order of RDKit's bond indices; `class='bond-<i> ...'` in the SVG is the i-th."""
    labels: tuple[Label, ...]
    """One for every atom, whether it is shown or not; `class='atom-<i>'` is the i-th."""


class Undrawable(ValueError):
    """The molecule needs a mark that no class stands for."""


def depict(structure: Chem.Mol, options: DrawingOptions, style: Style) -> Depiction:
    """Draw `structure`.  Raises Undrawable.

    The molecule is prepared (Kekulé form, wedges, hydrogens at stereo centres) once, and classes are read from what was
    prepared: drawing prepares again by default, moves wedges and adds bonds that the caller's molecule does not have.
    Preparing keeps the indices of the bonds there were, so aromaticity is read from the molecule before it.
    """
    try:
        prepared = rdMolDraw2D.PrepareMolForDrawing(structure)
    except ValueError as fault:
        raise Undrawable(str(fault)) from None
    drawer = rdMolDraw2D.MolDraw2DSVG(style.canvas_width_px, style.canvas_height_px)
    _configure(drawer.drawOptions(), options, style)
    drawer.DrawMolecule(prepared)
    drawer.FinishDrawing()
    points = (drawer.GetDrawCoords(i) for i in range(prepared.GetNumAtoms()))
    return Depiction(
        svg=drawer.GetDrawingText(),
        width=style.canvas_width_px,
        height=style.canvas_height_px,
        atoms=np.array([(point.x, point.y) for point in points]),
        bonds=tuple(_bond(bond, structure) for bond in prepared.GetBonds()),
        labels=tuple(_label(atom) for atom in prepared.GetAtoms()),
    )


def _configure(draw: rdMolDraw2D.MolDrawOptions, options: DrawingOptions, style: Style) -> None:
    draw.useBWAtomPalette()
    draw.prepareMolsBeforeDrawing = False
    draw.flagCloseContactsDist = -1  # else RDKit frames close atoms in red, as part of their labels
    draw.includeRadicals = False  # dots beside letters that most drawings leave out, and beside bare corners
    draw.rotate = style.rotation_degrees
    draw.baseFontSize = style.base_font_size * style.label_scale
    draw.additionalAtomLabelPadding = style.label_padding
    draw.bondLineWidth = style.bond_line_width_px
    draw.multipleBondOffset = style.multiple_bond_offset
    draw.scaleBondWidth = options.scale_line_width
    draw.fontFile = FONT_FILES[style.font]
    if options.fixed_font_px:
        draw.fixedFontSize = round(options.fixed_font_px * style.label_scale)
    if style.bond_length_px is not None:
        draw.fixedBondLength = style.bond_length_px


def _bond(bond: Chem.Bond, before: Chem.Mol) -> Bond:
    direction, order = bond.GetBondDir(), ORDERS.get(bond.GetBondType(), 0)
    stereo = STEREO_MARKS.get(direction, "none")
    if not order or (stereo == "none" and direction not in PLAIN):
        message = f"a {bond.GetBondType()} bond marked {direction} has no class"
        raise Undrawable(message)
    added = bond.GetIdx() >= before.GetNumBonds()
    original = None if added else before.GetBondWithIdx(bond.GetIdx())
    aromatic = original is not None and original.GetIsAromatic()
    if original is not None and stereo == "none":
        stereo = DOUBLE_STEREO.get(original.GetStereo(), "none")
    category = STEREO_CLASSES.get(stereo) or (
        categories.AROMATIC if aromatic else categories.SINGLE if order == 1 else categories.DOUBLE
    )
    return Bond(category, (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()), order, stereo, aromatic)


def _label(atom: Chem.Atom) -> Label:
    """Spell a label in the usual order, with RDKit's rule that a bonded carbon shows no hydrogens."""
    charge, size = atom.GetFormalCharge(), abs(atom.GetFormalCharge())
    hydrogens = 0 if atom.GetAtomicNum() == CARBON and atom.GetDegree() else atom.GetTotalNumHs()
    parts = (
        str(atom.GetIsotope() or ""),
        atom.GetSymbol(),
        "H" if hydrogens else "",
        str(hydrogens) if hydrogens > 1 else "",
        str(size) if size > 1 else "",
        "+" if charge > 0 else "-" if charge < 0 else "",
        f":{atom.GetAtomMapNum()}" if atom.GetAtomMapNum() else "",
    )
    return Label(atom.GetSymbol(), charge, "".join(parts))
