"""One molecule made ready to be drawn: where its atoms lie, what stands for every bond, what its labels would say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rdkit import Chem
from rdkit.Chem import rdCoordGen
from rdkit.Chem.Draw import rdMolDraw2D

from maskline.molecules import categories
from maskline.molecules.categories import ClassPolicy
from maskline.molecules.labels.abbreviations import spelling
from maskline.molecules.labels.label import LabelSpec
from maskline.molecules.options import Program
from maskline.molecules.ranges import happens

LINE, TWO, THREE, WEDGE, HASH, WAVE, ARROW = range(7)
"""Marks of bonds, as in ink/scene.h."""
WEDGE_MARKS = {WEDGE, HASH, WAVE, ARROW}
"""Those as wide as a wedge."""
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
CROWDED = 0.25
"""Bond lengths that two atoms must lie apart to be told apart."""
DIRECTIONS = 12
"""In which the bonds of a molecule that stands upright lie, 30 degrees apart."""
MOST_CROSSINGS = 2
"""Pairs of bonds that may cross, as in a drawn cage: with more, rings lie over one another."""

Floats = npt.NDArray[np.float64]


class Undrawable(ValueError):
    """The molecule needs a mark that no class stands for, or cannot be drawn legibly."""


class Bond(NamedTuple):
    """One bond as it is drawn; `atoms` begins where a wedge is narrow."""

    category: str
    atoms: tuple[int, int]
    order: int
    """Lines of the drawn Kekulé form, 1 to 3."""
    stereo: str
    """none, wedge, dash, wavy, E or Z."""
    aromatic: bool
    mark: int
    side: int
    """Of a double bond, seen along it: its second line lies right (1) or left (-1); 0: both lines lie beside it."""


class Atom(NamedTuple):
    """One atom, whether its label is shown or not."""

    element: str
    charge: int
    label: LabelSpec
    bare: bool
    """A carbon that is a corner or an end of lines, unless the style spells it."""
    terminal: bool
    """It has one bond."""
    neighbours: tuple[int, ...]


class Ring(NamedTuple):
    """An aromatic ring of six."""

    atoms: tuple[int, ...]
    bonds: tuple[int, ...]
    """Bond i joins atoms i and i + 1."""


@dataclass(frozen=True)
class Prepared:
    """A molecule made ready for any number of drawings."""

    positions: Floats
    """(A, 2) x right, y down, in bond lengths; the origin is the middle of the atoms."""
    bonds: tuple[Bond, ...]
    """In the order of RDKit's bond indices."""
    atoms: tuple[Atom, ...]
    six_rings: tuple[Ring, ...]
    """The aromatic rings of six."""
    fragments: tuple[tuple[int, ...], ...]
    """The atoms of every part that no bond joins to the others."""
    circles: tuple[Ring, ...] = ()
    """Those that hold a circle."""

    @cached_property
    def bond_atoms(self) -> npt.NDArray[np.int32]:
        """(B, 2) the atoms of every bond."""
        return np.array([bond.atoms for bond in self.bonds], np.int32).reshape(-1, 2)

    @cached_property
    def wide(self) -> tuple[int, ...]:
        """The atoms at which more than one line's width is drawn: those of multiple bonds and of stereo marks."""
        return tuple(sorted({atom for bond in self.bonds if bond.mark != LINE for atom in bond.atoms}))


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
    if _crowded(positions):
        raise Undrawable("not legible: two atoms lie at the same place")
    if _crossings(positions, pairs) > MOST_CROSSINGS:
        raise Undrawable("not legible: too many bonds cross")
    atoms = _atoms(prepared, pairs)
    aromatic = [bond.GetIsAromatic() for bond in structure.GetBonds()]
    aromatic += [False] * (len(pairs) - len(aromatic))  # to hydrogens that preparing added
    rings = [tuple(ring) for ring in structure.GetRingInfo().BondRings()]
    sides = _Sides(positions, pairs, atoms, rings, aromatic)
    bonds = tuple(_bond(prepared.GetBondWithIdx(i), structure, flag, sides, policy) for i, flag in enumerate(aromatic))
    six_rings = tuple(_in_order(ring, pairs) for ring in rings if len(ring) == 6 and all(aromatic[i] for i in ring))
    return Prepared(positions, bonds, atoms, six_rings, Chem.GetMolFrags(prepared))


def with_circles(molecule: Prepared) -> Prepared:
    """Draw aromatic rings of six as single lines and a circle: their bonds are AROMATIC-NONE under every policy."""
    circled = {bond for ring in molecule.six_rings for bond in ring.bonds}
    bonds = tuple(
        bond._replace(category=categories.AROMATIC, mark=LINE) if i in circled else bond
        for i, bond in enumerate(molecule.bonds)
    )
    return replace(molecule, bonds=bonds, circles=molecule.six_rings)


def with_waves(molecule: Prepared, share: float, rng: np.random.Generator) -> Prepared:
    """Draw a share of the stereo marks as waves."""
    bonds = tuple(
        bond._replace(category=categories.WAVY, mark=WAVE, stereo="wavy")
        if bond.mark in {WEDGE, HASH} and happens(share, rng)
        else bond
        for bond in molecule.bonds
    )
    return replace(molecule, bonds=bonds)


def with_carbons(molecule: Prepared, *, inner: bool) -> Prepared:
    """Spell terminal carbons, and with `inner` all others."""
    atoms = tuple(atom._replace(bare=atom.bare and not (atom.terminal or inner)) for atom in molecule.atoms)
    return replace(molecule, atoms=atoms)


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
        laid_out = laid_out / np.median(np.hypot(between[:, 0], between[:, 1]))
        ways = between[:, 0] + 1j * between[:, 1]
        lean = np.angle(((ways / np.maximum(np.abs(ways), 1e-9)) ** DIRECTIONS).sum()) / DIRECTIONS
        cosine, sine = np.cos(lean), np.sin(lean)
        laid_out = laid_out @ np.array([(cosine, -sine), (sine, cosine)])
    middle: Floats = (laid_out.max(axis=0) + laid_out.min(axis=0)) / 2
    return laid_out - middle


def _crowded(positions: Floats) -> bool:
    """Say whether two atoms can hardly be told apart."""
    apart = positions[:, None] - positions[None]
    return int(np.count_nonzero(np.einsum("abi,abi->ab", apart, apart) < CROWDED**2)) > len(positions)


def _crossings(positions: Floats, pairs: Sequence[tuple[int, int]]) -> int:
    """Count the pairs of bonds that cross between their atoms."""
    if len(pairs) < 2:
        return 0
    ends = np.array(pairs)
    begin, way = positions[ends[:, 0]], positions[ends[:, 1]] - positions[ends[:, 0]]

    def sides(points: Floats) -> Floats:
        """Return on which side of bond i (rows) each point lies."""
        apart = points[None] - begin[:, None]
        beside: Floats = way[:, None, 0] * apart[..., 1] - way[:, None, 1] * apart[..., 0]
        return beside

    parted = sides(begin) * sides(begin + way) < 0
    apart = (ends[:, None, :, None] != ends[None, :, None, :]).all(axis=(2, 3))
    return int(np.count_nonzero(parted & parted.T & apart)) // 2


def _atoms(prepared: Chem.Mol, pairs: Sequence[tuple[int, int]]) -> tuple[Atom, ...]:
    neighbours: list[list[int]] = [[] for _ in range(prepared.GetNumAtoms())]
    for begin, end in pairs:
        neighbours[begin].append(end)
        neighbours[end].append(begin)
    return tuple(_atom(prepared.GetAtomWithIdx(i), tuple(beside)) for i, beside in enumerate(neighbours))


def _atom(atom: Chem.Atom, neighbours: tuple[int, ...]) -> Atom:
    charge, isotope, number = atom.GetFormalCharge(), atom.GetIsotope(), atom.GetAtomMapNum()
    element = atom.GetSymbol()
    text, mirrored = spelling(atom)
    carbon = atom.GetAtomicNum() == CARBON and bool(neighbours)
    bare = carbon and not (charge or isotope or number)
    # RDKit's rule: a bonded carbon that is spelled for its charge or isotope shows no hydrogens.
    hydrogens = 0 if carbon and not bare else atom.GetTotalNumHs()
    label = LabelSpec(
        RESIDUE if text == DUMMY else text, mirrored, hydrogens, charge, isotope, number, atom.GetNumRadicalElectrons()
    )
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


class _Sides:
    """On which side of a double bond its second line lies."""

    def __init__(
        self,
        positions: Floats,
        pairs: Sequence[tuple[int, int]],
        atoms: Sequence[Atom],
        rings: Sequence[tuple[int, ...]],
        aromatic: Sequence[bool],
    ) -> None:
        self._places = positions.tolist()
        self._pairs = pairs
        self._atoms = atoms
        self._rings: dict[int, tuple[int, ...]] = {}
        # The ring a bond is drawn into: an aromatic one before others, then the smaller one.
        for ring in sorted(rings, key=lambda ring: (not all(aromatic[i] for i in ring), len(ring))):
            for bond in ring:
                self._rings.setdefault(bond, ring)

    def of(self, bond: int) -> int:
        """Return 1 for right, -1 for left, 0 where both lines lie beside the way between the atoms."""
        begin, end = self._pairs[bond]
        ring = self._rings.get(bond)
        if ring is not None:
            corners = [self._places[atom] for other in ring for atom in self._pairs[other]]
            middle = sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
            return 1 if self._right_of(begin, end, middle) else -1
        lone = [atom for atom in (begin, end) if self._atoms[atom].terminal]
        beside = {
            atom: [other for other in self._atoms[atom].neighbours if other not in (begin, end)]
            for atom in (begin, end)
        }
        if lone and (
            len(beside[begin]) + len(beside[end]) != 1 or not all(self._atoms[atom].bare for atom in (begin, end))
        ):
            return 0
        right = sum(
            1 if self._right_of(begin, end, self._places[other]) else -1
            for others in beside.values()
            for other in others
        )
        return 1 if right >= 0 else -1

    def _right_of(self, begin: int, end: int, point: Sequence[float]) -> bool:
        (x0, y0), (x1, y1) = self._places[begin], self._places[end]
        return bool((x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0) > 0)


def _bond(bond: Chem.Bond, before: Chem.Mol, aromatic: bool, sides: _Sides, policy: ClassPolicy) -> Bond:  # noqa: FBT001 - RDKit's flag
    direction, number = bond.GetBondDir(), bond.GetIdx()
    order, category, mark = ORDERS.get(bond.GetBondType(), (0, "", LINE))
    stereo, category, mark = STEREO_MARKS.get(direction, ("none", category, mark))
    if not order or (stereo == "none" and direction not in PLAIN) or not _has_class(category, policy):
        message = f"a {bond.GetBondType()} bond marked {direction} has no class"
        raise Undrawable(message)
    side = 0
    if order == 2:
        side = sides.of(number)
        original = before.GetBondWithIdx(number)
        stereo = DOUBLE_STEREO.get(original.GetStereo(), stereo)
    if aromatic and mark in (LINE, TWO) and policy.aromatic == "seed":
        category = categories.AROMATIC
    return Bond(category, _ends(bond), order, stereo, aromatic, mark, side)


def _has_class(category: str, policy: ClassPolicy) -> bool:
    places = {categories.TRIPLE: policy.triple, categories.WAVY: policy.wavy, categories.DATIVE: policy.dative}
    return places.get(category, "own") == "own"
