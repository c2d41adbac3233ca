"""Groups of atoms that prints write as one label: finding them in a molecule and putting labels in their place."""

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from rdkit import Chem

NAME = "atomLabel"
"""The property of a dummy atom that says its label; CXSMILES reads and writes it."""
WRITTEN = re.compile(r"(?:_(?=R))?([!-^`-~]+)")
"""Names of characters that every font has; CXSMILES has others, such as _AP1, and calls R1 _R1."""

BESIDE_CHAINS = "[!$([CX4;R0])]"
"""A chain is not cut where it goes on: butyl is a group on a ring or a nitrogen, and no end of octane."""


class Group(NamedTuple):
    """What an abbreviation stands for."""

    smiles: str
    """The first atom is where it is attached, the second one the atom that the label takes the place of."""
    mirrored: str
    """What it says when its bond comes from the right."""
    outside: str = "*"
    """SMARTS of the atom it may hang on."""


GROUPS = {
    "Me": Group("*C", "Me"),
    "Et": Group("*CC", "Et", BESIDE_CHAINS),
    "nPr": Group("*CCC", "nPr", BESIDE_CHAINS),
    "iPr": Group("*C(C)C", "iPr", BESIDE_CHAINS),
    "nBu": Group("*CCCC", "nBu", BESIDE_CHAINS),
    "iBu": Group("*CC(C)C", "iBu", BESIDE_CHAINS),
    "tBu": Group("*C(C)(C)C", "tBu"),
    "Ph": Group("*c1ccccc1", "Ph"),
    "Bn": Group("*Cc1ccccc1", "Bn"),
    "PMB": Group("*Cc1ccc(OC)cc1", "PMB", "[#7,#8]"),
    "Tr": Group("*C(c1ccccc1)(c1ccccc1)c1ccccc1", "Tr", "[#7,#8]"),
    "Ac": Group("*C(C)=O", "Ac"),
    "Bz": Group("*C(=O)c1ccccc1", "Bz"),
    "CHO": Group("*C=O", "OHC"),
    "CN": Group("*C#N", "NC"),
    "CF3": Group("*C(F)(F)F", "F3C"),
    "CCl3": Group("*C(Cl)(Cl)Cl", "Cl3C"),
    "CO2H": Group("*C(=O)O", "HO2C"),
    "CO2Me": Group("*C(=O)OC", "MeO2C"),
    "CO2Et": Group("*C(=O)OCC", "EtO2C"),
    "CO2tBu": Group("*C(=O)OC(C)(C)C", "tBuO2C", "[#6]"),
    "CONH2": Group("*C(N)=O", "H2NOC"),
    "OMe": Group("*OC", "MeO"),
    "OEt": Group("*OCC", "EtO"),
    "OiPr": Group("*OC(C)C", "iPrO"),
    "OtBu": Group("*OC(C)(C)C", "tBuO"),
    "OPh": Group("*Oc1ccccc1", "PhO"),
    "OBn": Group("*OCc1ccccc1", "BnO"),
    "OAc": Group("*OC(C)=O", "AcO"),
    "OBz": Group("*OC(=O)c1ccccc1", "BzO"),
    "OCF3": Group("*OC(F)(F)F", "F3CO"),
    "OMs": Group("*OS(C)(=O)=O", "MsO"),
    "OTs": Group("*OS(=O)(=O)c1ccc(C)cc1", "TsO"),
    "OTf": Group("*OS(=O)(=O)C(F)(F)F", "TfO"),
    "OTMS": Group("*O[Si](C)(C)C", "TMSO"),
    "OTBS": Group("*O[Si](C)(C)C(C)(C)C", "TBSO"),
    "NHMe": Group("*NC", "MeHN"),
    "NMe2": Group("*N(C)C", "Me2N"),
    "NEt2": Group("*N(CC)CC", "Et2N"),
    "NHAc": Group("*NC(C)=O", "AcHN"),
    "NHBoc": Group("*NC(=O)OC(C)(C)C", "BocHN"),
    "NO2": Group("*[N+](=O)[O-]", "O2N"),
    "N3": Group("*N=[N+]=[N-]", "N3"),
    "NCO": Group("*N=C=O", "OCN"),
    "SMe": Group("*SC", "MeS"),
    "SO3H": Group("*S(=O)(=O)O", "HO3S"),
    "SO2NH2": Group("*S(N)(=O)=O", "H2NO2S"),
    "Ms": Group("*S(C)(=O)=O", "Ms"),
    "Ts": Group("*S(=O)(=O)c1ccc(C)cc1", "Ts"),
    "Tf": Group("*S(=O)(=O)C(F)(F)F", "Tf"),
    "Boc": Group("*C(=O)OC(C)(C)C", "Boc", "[#7]"),
    "Cbz": Group("*C(=O)OCc1ccccc1", "Cbz", "[#7]"),
    "TMS": Group("*[Si](C)(C)C", "TMS"),
    "TES": Group("*[Si](CC)(CC)CC", "TES"),
    "TBS": Group("*[Si](C)(C)C(C)(C)C", "TBS"),
    "TIPS": Group("*[Si](C(C)C)(C(C)C)C(C)C", "TIPS"),
    "B(OH)2": Group("*B(O)O", "(HO)2B"),
    "Bpin": Group("*B1OC(C)(C)C(C)(C)O1", "pinB"),
}
"""By what the label says when it reads from its bond to the right."""


class Occurrence(NamedTuple):
    """A group in a molecule."""

    name: str
    atoms: tuple[int, ...]
    """Those of the group; the label takes the place of the first one."""


def abbreviate(molecule: Chem.Mol, share: float, rng: np.random.Generator) -> Chem.Mol:
    """Condense a share of the kinds of groups, each of them everywhere in the molecule or nowhere.

    share: 0 to 1, how often a kind of group is condensed.
    """
    chosen = [name for name, number in zip(GROUPS, rng.random(len(GROUPS)), strict=True) if number < share]
    return condense(molecule, chosen)


def condense(molecule: Chem.Mol, chosen: Collection[str]) -> Chem.Mol:
    """Put a dummy atom that bears the group's name in the place of every group of the chosen kinds.

    The atom keeps its bond, and so do its neighbours their order of bonds: what is left keeps its aromaticity, its
    stereo centres and its double bonds' stereo.  A molecule that has none of the groups is returned as it is.
    """
    found = occurrences(molecule, chosen)
    if not found:
        return molecule
    condensed = Chem.RWMol(molecule)
    condensed.BeginBatchEdit()
    for name, (place, *rest) in found:
        _label(condensed.GetAtomWithIdx(place), name)
        for atom in rest:
            condensed.RemoveAtom(atom)
    condensed.CommitBatchEdit()
    # No more than this: to perceive stereo anew would take two different labels on a stereo centre for the same atom.
    condensed.UpdatePropertyCache(strict=False)
    Chem.GetSymmSSSR(condensed)
    return condensed.GetMol()


def occurrences(molecule: Chem.Mol, chosen: Collection[str]) -> list[Occurrence]:
    """Find groups of the chosen kinds, larger ones first; none shares an atom with another or hangs on one."""
    taken: set[int] = set()
    kept: set[int] = set()
    found = []
    elements = {atom.GetAtomicNum() for atom in molecule.GetAtoms()}
    for query in _queries():
        if query.name not in chosen or not query.elements <= elements:
            continue
        for attached_to, atoms in _matches(molecule, query):
            if attached_to not in taken and taken.isdisjoint(atoms) and kept.isdisjoint(atoms):
                found.append(Occurrence(query.name, atoms))
                taken.update(atoms)
                kept.add(attached_to)
    return found


def spelling(atom: Chem.Atom) -> tuple[str, str]:
    """Return what the label of an atom says, without hydrogens and charge, and mirrored ("" for elements).

    A dummy atom whose name cannot be written has its symbol.
    """
    if atom.GetAtomicNum() or not atom.HasProp(NAME):
        return atom.GetSymbol(), ""
    written = WRITTEN.fullmatch(atom.GetProp(NAME))
    if not written:
        return atom.GetSymbol(), ""
    name = written[1]
    return name, GROUPS[name].mirrored if name in GROUPS else name


class _Likeness(NamedTuple):
    """What an atom of a molecule must have in common with one of a group, besides its element."""

    degree: int
    hydrogens: int
    charge: int
    isotope: int
    radicals: int
    number: int


class _Query(NamedTuple):
    name: str
    pattern: Chem.Mol
    atoms: tuple[_Likeness, ...]
    """Without the one that the group is attached to."""
    elements: frozenset[int]
    """Atomic numbers of those."""


@cache
def _queries() -> tuple[_Query, ...]:
    """Read GROUPS, larger ones first."""
    adjust = Chem.AdjustQueryParameters.NoAdjustments()
    adjust.adjustDegree = True  # type: ignore[assignment]  # RDKit's stubs give it the type of the whole
    adjust.adjustDegreeFlags = Chem.ADJUST_IGNOREDUMMIES
    queries = []
    for name, group in GROUPS.items():
        structure = Chem.MolFromSmiles(group.smiles)
        pattern = Chem.RWMol(Chem.AdjustQueryProperties(structure, adjust))
        members = list(structure.GetAtoms())[1:]
        atoms = tuple(_likeness(atom) for atom in members)
        elements = frozenset(atom.GetAtomicNum() for atom in members)
        pattern.ReplaceAtom(0, Chem.AtomFromSmarts(group.outside))
        queries.append(_Query(name, pattern.GetMol(), atoms, elements))
    return tuple(sorted(queries, key=lambda query: -len(query.atoms)))


def _likeness(atom: Chem.Atom) -> _Likeness:
    return _Likeness(
        atom.GetDegree(),
        atom.GetTotalNumHs(),
        atom.GetFormalCharge(),
        atom.GetIsotope(),
        atom.GetNumRadicalElectrons(),
        atom.GetAtomMapNum(),
    )


def _matches(molecule: Chem.Mol, query: _Query) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the atom a group hangs on, and its own.  That atom is no end itself, or little but labels would be left."""
    for attached_to, *atoms in molecule.GetSubstructMatches(query.pattern):
        alike = all(_likeness(molecule.GetAtomWithIdx(at)) == like for at, like in zip(atoms, query.atoms, strict=True))
        if alike and molecule.GetAtomWithIdx(attached_to).GetDegree() > 1:
            yield attached_to, tuple(atoms)


def _label(atom: Chem.Atom, name: str) -> None:
    atom.SetAtomicNum(0)
    atom.SetFormalCharge(0)
    atom.SetIsAromatic(False)  # noqa: FBT003 - RDKit's way
    atom.SetNumExplicitHs(0)
    atom.SetNoImplicit(True)  # noqa: FBT003
    atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    atom.SetProp(NAME, name)
