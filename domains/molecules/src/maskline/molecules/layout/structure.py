"""One molecule made ready to be drawn: where its atoms lie, what stands for every bond, what its labels would say."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maskline.molecules import categories
from maskline.molecules.labels.label import LabelSpec
from maskline.molecules.numbers.ranges import happens

LINE, TWO, THREE, WEDGE, HASH, WAVE, ARROW = range(7)
"""Marks of bonds, as in ink/scene.h."""
WEDGE_MARKS = {WEDGE, HASH, WAVE, ARROW}
"""Those as wide as a wedge."""
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

    @property
    def crossings(self) -> int:
        """The pairs of bonds that cross between their atoms."""
        ends = self.bond_atoms
        begin, way = self.positions[ends[:, 0]], self.positions[ends[:, 1]] - self.positions[ends[:, 0]]
        # (B, B, 2): on which side of bond i the two atoms of bond j lie.
        beside = self.positions[ends][None] - begin[:, None, None]
        sides = way[:, None, None, 0] * beside[..., 1] - way[:, None, None, 1] * beside[..., 0]
        parted = sides[..., 0] * sides[..., 1] < 0
        apart = (ends[:, None, :, None] != ends[None, :, None, :]).all(axis=(2, 3))
        return int(np.count_nonzero(parted & parted.T & apart)) // 2

    @cached_property
    def wide(self) -> tuple[int, ...]:
        """The atoms at which more than one line's width is drawn: those of multiple bonds and of stereo marks."""
        return tuple(sorted({atom for bond in self.bonds if bond.mark != LINE for atom in bond.atoms}))


def with_circles(molecule: Prepared) -> Prepared:
    """Draw aromatic rings of six as single lines and a circle: their bonds are AROMATIC-NONE under every policy.

    A ring with a bond that has more to say, a wedge of an atropisomer or an aryne's triple bond, keeps its Kekulé form.
    """
    circles = tuple(
        ring for ring in molecule.six_rings if all(molecule.bonds[bond].mark in {LINE, TWO} for bond in ring.bonds)
    )
    circled = {bond for ring in circles for bond in ring.bonds}
    bonds = tuple(
        bond._replace(category=categories.AROMATIC, mark=LINE) if i in circled else bond
        for i, bond in enumerate(molecule.bonds)
    )
    return replace(molecule, bonds=bonds, circles=circles)


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
