"""From RDKit's molecule to what is drawn: positions, the class and mark of every bond, what labels would say.

A: atoms
"""

import cmath
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rdkit import Chem
from rdkit.Chem import rdCoordGen
from rdkit.Chem.Draw import rdMolDraw2D

from maskline.molecules import categories
from maskline.molecules.categories import ClassPolicy
from maskline.molecules.labels.abbreviations import spelling
from maskline.molecules.labels.label import LabelSpec
from maskline.molecules.layout.sides import Sides
from maskline.molecules.layout.structure import (
    ARROW,
    HASH,
    LINE,
    THREE,
    TWO,
    WAVE,
    WEDGE,
    Atom,
    Bond,
    Prepared,
    Ring,
    Undrawable,
)
from maskline.molecules.numbers.matrices import product
from maskline.molecules.styles.options import Program

PLAIN = {Chem.BondDir.NONE, Chem.BondDir.ENDUPRIGHT, Chem.BondDir.ENDDOWNRIGHT}
STEREO_MARKS = {
    Chem.BondDir.BEGINWEDGE: ("wedge", categories.WEDGE, WEDGE),
    Chem.BondDir.BEGINDASH: ("dash", categories.DASH, HASH),
    Chem.BondDir.UNKNOWN: ("wavy", categories.WAVY, WAVE),
}
DOUBLE_STEREO = {Chem.BondStereo.STEREOE: "E", Chem.BondStereo.STEREOZ: "Z"}
ORDERS = {
    Chem.BondType.SINGLE: (1, categories.SINGLE, LINE),
    Chem.BondType.DOUBLE: (2, categories.DOUBLE, TWO),
    Chem.BondType.TRIPLE: (3, categories.TRIPLE, THREE),
    Chem.BondType.DATIVE: (1, categories.DATIVE, ARROW),
}
CARBON = 6
DUMMY, RESIDUE = "*", "R"
DIRECTIONS = 12
"""In which the bonds of a molecule that stands upright lie, 30 degrees apart."""

Floats = npt.NDArray[np.float64]


def prepare(structure: Chem.Mol, policy: ClassPolicy, program: Program = "rdkit") -> Prepared:
    """Lay a molecule out and read the class of every bond.  Raises Undrawable.

    The molecule is prepared once, and classes are read from what was prepared: preparing moves wedges and adds bonds
    to hydrogens that the caller's molecule does not have.  The bonds there were keep their indices, so aromaticity is
    read from the molecule before it was prepared.
    program: whose layout it is; what one crowds, the other often keeps apart.
    """
    prepared = _laid_out(structure, program)
    pairs = _pairs(prepared)
    positions = _positions(prepared, pairs)
    atoms = _atoms(prepared, pairs)
    aromatic = [structure.GetBondWithIdx(i).GetIsAromatic() for i in range(structure.GetNumBonds())]
    aromatic += [False] * (len(pairs) - len(aromatic))  # to hydrogens that preparing added
    rings = [tuple(ring) for ring in structure.GetRingInfo().BondRings()]
    sides = Sides(positions, pairs, atoms, rings, aromatic)
    bonds = tuple(
        _bond(prepared.GetBondWithIdx(i), pair, structure, aromatic[i], sides, policy) for i, pair in enumerate(pairs)
    )
    six_rings = tuple(_in_order(ring, pairs) for ring in rings if len(ring) == 6 and all(aromatic[i] for i in ring))
    return Prepared(positions, bonds, atoms, six_rings, Chem.GetMolFrags(prepared))


def _ends(bond: Chem.Bond) -> tuple[int, int]:
    return bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()


def _laid_out(structure: Chem.Mol, program: Program) -> Chem.Mol:
    if program == "coordgen":
        structure = Chem.Mol(structure)
        rdCoordGen.AddCoords(structure)
    try:
        prepared: Chem.Mol = rdMolDraw2D.PrepareMolForDrawing(structure)
    except ValueError as fault:
        raise Undrawable(str(fault)) from None
    return prepared


def _pairs(prepared: Chem.Mol) -> list[tuple[int, int]]:
    """Return the atoms of every bond; by index, for RDKit's own iterators ask for the number of bonds at every step."""
    return [_ends(prepared.GetBondWithIdx(i)) for i in range(prepared.GetNumBonds())]


def _positions(prepared: Chem.Mol, pairs: Sequence[tuple[int, int]]) -> Floats:
    """Return the atoms' positions in bond lengths, around their middle, most bonds at multiples of 30 degrees."""
    laid_out: Floats = prepared.GetConformer().GetPositions()[:, :2] * (1.0, -1.0)
    if pairs:
        ends = laid_out[np.array(pairs)]
        between = ends[:, 1] - ends[:, 0]
        lengths = np.sqrt(between[:, 0] ** 2 + between[:, 1] ** 2)
        laid_out = laid_out / np.median(lengths)
        lean = _lean(between / np.maximum(lengths, 1e-9)[:, None])
        cosine, sine = math.cos(lean), math.sin(lean)
        laid_out = product(laid_out, np.array([(cosine, -sine), (sine, cosine)]))
    middle: Floats = (laid_out.max(axis=0) + laid_out.min(axis=0)) / 2
    return laid_out - middle


def _lean(ways: Floats) -> float:
    """Return the angle, radians, by which (B, 2) directions of length 1 lie off multiples of 30 degrees on the whole.

    In Python's complex numbers: numpy's fuse operations where the processor can.
    """
    twelvefold = sum(complex(x, y) ** DIRECTIONS for x, y in ways.tolist())
    return cmath.phase(twelvefold) / DIRECTIONS


def _atoms(prepared: Chem.Mol, pairs: Sequence[tuple[int, int]]) -> tuple[Atom, ...]:
    neighbours: list[list[int]] = [[] for _ in range(prepared.GetNumAtoms())]
    for begin, end in pairs:
        neighbours[begin].append(end)
        neighbours[end].append(begin)
    return tuple(_atom(prepared.GetAtomWithIdx(i), tuple(beside)) for i, beside in enumerate(neighbours))


def _atom(atom: Chem.Atom, neighbours: tuple[int, ...]) -> Atom:
    charge, isotope, number = atom.GetFormalCharge(), atom.GetIsotope(), atom.GetAtomMapNum()
    element, atomic_number = atom.GetSymbol(), atom.GetAtomicNum()
    text, mirrored = (element, "") if atomic_number else spelling(atom)
    carbon = atomic_number == CARBON and bool(neighbours)
    bare = carbon and not (charge or isotope or number)
    # RDKit's rule: a bonded carbon that is spelled for its charge or isotope shows no hydrogens.
    hydrogens = 0 if carbon and not bare else atom.GetTotalNumHs()
    radicals = atom.GetNumRadicalElectrons() if neighbours else 0  # RDKit counts those of metal ions, too
    label = LabelSpec(RESIDUE if text == DUMMY else text, mirrored, hydrogens, charge, isotope, number, radicals)
    return Atom(element, charge, label, bare, len(neighbours) == 1, neighbours)


def _in_order(ring: tuple[int, ...], pairs: Sequence[tuple[int, int]]) -> Ring:
    """Return the atoms of a ring in the order of its bonds."""
    first, second = set(pairs[ring[0]]), set(pairs[ring[1]])
    (at,) = first - second
    atoms = []
    for bond in ring:
        atoms.append(at)
        begin, end = pairs[bond]
        at = end if at == begin else begin
    return Ring(tuple(atoms), ring)


def _bond(
    bond: Chem.Bond,
    atoms: tuple[int, int],
    before: Chem.Mol,
    aromatic: bool,  # noqa: FBT001 - RDKit's flag
    sides: Sides,
    policy: ClassPolicy,
) -> Bond:
    direction = bond.GetBondDir()
    order, category, mark = ORDERS.get(bond.GetBondType(), (0, "", LINE))
    stereo, category, mark = STEREO_MARKS.get(direction, ("none", category, mark))
    # A wedge or a wave in place of a double bond would be one line of what the record calls two.
    drawn = direction in PLAIN or (stereo != "none" and order == 1)
    if not order or not drawn or not _has_class(category, policy):
        message = f"a {bond.GetBondType()} bond marked {direction} has no class"
        raise Undrawable(message)
    side = 0
    if order == 2:
        number = bond.GetIdx()
        side = sides.of(number)
        original = before.GetBondWithIdx(number)
        stereo = DOUBLE_STEREO.get(original.GetStereo(), stereo)
    if aromatic and mark in (LINE, TWO) and policy.aromatic == "seed":
        category = categories.AROMATIC
    return Bond(category, atoms, order, stereo, aromatic, mark, side)


def _has_class(category: str, policy: ClassPolicy) -> bool:
    places = {categories.TRIPLE: policy.triple, categories.WAVY: policy.wavy, categories.DATIVE: policy.dative}
    return places.get(category, "own") == "own"
