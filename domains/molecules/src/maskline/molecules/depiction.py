"""One molecule laid out and drawn by RDKit: the SVG text, and what every path in it stands for."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

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
CARBON = "C"
ORDERS = {Chem.BondType.SINGLE: 1, Chem.BondType.DOUBLE: 2}


class Bond(NamedTuple):
    """One bond as it is drawn; `atoms` begins where a wedge is narrow."""

    category: str
    atoms: tuple[int, int]
    order: int
    """Lines of the drawn Kekulé form, 1 or 2."""
    stereo: str
    """none, wedge, dash, E or Z."""
    aromatic: bool


class Label(NamedTuple):
    """What a label of the atom would say."""

    element: str
    charge: int
    text: str


class Undrawable(ValueError):
    """The molecule needs a mark that no class stands for, or cannot be drawn legibly."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A molecule made ready for any number of drawings."""

    structure: Chem.Mol
    """Laid out, in Kekulé form, with wedges and with hydrogens at stereo centres."""
    bonds: tuple[Bond, ...]
    """In the order of RDKit's bond indices."""
    elements: tuple[str, ...]
    """The symbol of every atom, whether it is shown or not."""
    bond_atoms: npt.NDArray[np.int32]
    """(B, 2) the atoms of every bond."""

    def label(self, atom: int) -> Label:
        """Return what the atom's label would say, whether it is shown or not."""
        return _label(self.structure.GetAtomWithIdx(atom))


@dataclass(frozen=True, slots=True)
class Depiction:
    """A drawn molecule.  Coordinates are canvas pixels, origin top left."""

    svg: str
    """`class='bond-<i> ...'` is the i-th bond, `class='atom-<i>'` the i-th label."""
    atoms: npt.NDArray[np.float64]
    """(A, 2) position of every atom, x then y."""
    molecule: Prepared

    @property
    def bonds(self) -> tuple[Bond, ...]:
        """The molecule's bonds."""
        return self.molecule.bonds


def prepare(structure: Chem.Mol) -> Prepared:
    """Lay a molecule out and read the class of every bond.  Raises Undrawable.

    The molecule is prepared once, and classes are read from what was prepared: drawing prepares again by default, moves
    wedges and adds bonds that the caller's molecule does not have.  The bonds there were keep their indices, so
    aromaticity is read from the molecule before it was prepared.
    """
    try:
        prepared = rdMolDraw2D.PrepareMolForDrawing(structure)
    except ValueError as fault:
        raise Undrawable(str(fault)) from None
    # By index: RDKit's own iterators ask for the number of bonds at every step.
    bonds = tuple(_bond(prepared.GetBondWithIdx(i), structure) for i in range(prepared.GetNumBonds()))
    return Prepared(
        structure=prepared,
        bonds=bonds,
        elements=tuple(prepared.GetAtomWithIdx(i).GetSymbol() for i in range(prepared.GetNumAtoms())),
        bond_atoms=np.array([bond.atoms for bond in bonds], np.int32).reshape(-1, 2),
    )


def depict(molecule: Prepared, options: DrawingOptions, style: Style) -> Depiction:
    """Draw a molecule."""
    drawer = rdMolDraw2D.MolDraw2DSVG(style.canvas_width_px, style.canvas_height_px)
    _configure(drawer.drawOptions(), options, style)
    drawer.DrawMolecule(molecule.structure)
    drawer.FinishDrawing()
    points = (drawer.GetDrawCoords(i) for i in range(len(molecule.elements)))
    return Depiction(drawer.GetDrawingText(), np.array([(point.x, point.y) for point in points]), molecule)


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
    number, direction, order = bond.GetIdx(), bond.GetBondDir(), ORDERS.get(bond.GetBondType(), 0)
    stereo = STEREO_MARKS.get(direction, "none")
    if not order or (stereo == "none" and direction not in PLAIN):
        message = f"a {bond.GetBondType()} bond marked {direction} has no class"
        raise Undrawable(message)
    aromatic = False
    if number < before.GetNumBonds():  # the rest are to hydrogens that preparing added
        original = before.GetBondWithIdx(number)
        aromatic = original.GetIsAromatic()
        if order == 2:
            stereo = DOUBLE_STEREO.get(original.GetStereo(), stereo)
    category = STEREO_CLASSES.get(stereo) or (
        categories.AROMATIC if aromatic else categories.SINGLE if order == 1 else categories.DOUBLE
    )
    return Bond(category, (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()), order, stereo, aromatic)


def _label(atom: Chem.Atom) -> Label:
    """Spell a label in the usual order, with RDKit's rule that a bonded carbon shows no hydrogens."""
    element, charge, isotope, number = atom.GetSymbol(), atom.GetFormalCharge(), atom.GetIsotope(), atom.GetAtomMapNum()
    hydrogens = 0 if element == CARBON and atom.GetDegree() else atom.GetTotalNumHs()
    text = element
    if hydrogens:
        text += f"H{hydrogens}" if hydrogens > 1 else "H"
    if charge:
        text += (str(abs(charge)) if abs(charge) > 1 else "") + ("+" if charge > 0 else "-")
    return Label(element, charge, f"{isotope or ''}{text}{f':{number}' if number else ''}")
