"""Groups and the labels in their place: what is left of the molecule stays as it was."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D

from maskline.molecules.labels.abbreviations import GROUPS, NAME, abbreviate, condense, occurrences, spelling
from maskline.molecules.labels.fonts import FONTS, Outlines
from maskline.molecules.labels.label import LabelSpec, LabelStyle, compose
from maskline.molecules.sources.molecules import read_smiles
from maskline.molecules.sources.reading import entries, read_source

STEREO_AND_PLAIN = 150
"""Molecules of either kind that are read from the source."""


def condensed(smiles: str, *names: str) -> Chem.Mol:
    return condense(Chem.MolFromSmiles(smiles), names)


def labels(molecule: Chem.Mol) -> list[str]:
    return sorted(atom.GetProp(NAME) for atom in molecule.GetAtoms() if atom.HasProp(NAME))


def expanded(molecule: Chem.Mol) -> Chem.Mol:
    """Put the atoms of every label back."""
    whole = Chem.RWMol(molecule)
    for atom in molecule.GetAtoms():
        if atom.HasProp(NAME):
            group = Chem.MolFromSmiles(GROUPS[atom.GetProp(NAME)].smiles)
            whole.ReplaceAtom(atom.GetIdx(), group.GetAtomWithIdx(1))
            places = [-1, atom.GetIdx(), *(whole.AddAtom(each) for each in list(group.GetAtoms())[2:])]
            for bond in group.GetBonds():
                if bond.GetBeginAtomIdx():
                    whole.AddBond(places[bond.GetBeginAtomIdx()], places[bond.GetEndAtomIdx()], bond.GetBondType())
    Chem.SanitizeMol(whole)
    return whole.GetMol()


def wedges(molecule: Chem.Mol) -> int:
    bonds = rdMolDraw2D.PrepareMolForDrawing(molecule).GetBonds()
    return sum(bond.GetBondDir() in {Chem.BondDir.BEGINWEDGE, Chem.BondDir.BEGINDASH} for bond in bonds)


@pytest.fixture(scope="module")
def molecules() -> list[Chem.Mol]:
    every = entries("chemicals", "", read_source("chemicals"))
    pools = [[e for e in every if "@" in e.smiles], [e for e in every if "@" not in e.smiles]]
    rng = np.random.default_rng(4)
    read = (read_smiles(pool[i].smiles) for pool in pools for i in rng.choice(len(pool), STEREO_AND_PLAIN))
    return [molecule for molecule in read if molecule is not None]


def test_labels_taken_apart_again_give_the_molecule_with_its_stereo(molecules: list[Chem.Mol]) -> None:
    changed = 0
    for molecule in molecules:
        short = condense(molecule, GROUPS)
        changed += short is not molecule
        assert Chem.MolToSmiles(expanded(short)) == Chem.MolToSmiles(molecule)
    assert changed > len(molecules) / 3


def test_what_is_left_keeps_its_aromatic_bonds_and_every_stereo_centre_its_wedge(molecules: list[Chem.Mol]) -> None:
    for molecule in molecules:
        groups = occurrences(molecule, GROUPS)
        inside = {atom for group in groups for atom in group.atoms}
        aromatic = [b for b in molecule.GetBonds() if b.GetIsAromatic() and b.GetBeginAtomIdx() not in inside]
        short = condense(molecule, GROUPS)
        assert sum(bond.GetIsAromatic() for bond in short.GetBonds()) == len(aromatic)
        assert wedges(short) == wedges(molecule), Chem.MolToSmiles(molecule)


def test_two_labels_on_a_stereo_centre_do_not_count_as_the_same() -> None:
    short = condensed("CO[C@H](OCC)c1ccccn1", "OMe", "OEt")
    assert labels(short) == ["OEt", "OMe"]
    assert wedges(short) == 1


@pytest.mark.parametrize("name", GROUPS)
def test_every_group_is_found_and_its_text_is_in_every_font(name: str) -> None:
    group = GROUPS[name]
    outside = "C(=O)" if group.outside == "[#6]" else "N"
    molecule = Chem.MolFromSmiles(group.smiles.replace("*", f"c1ccncc1{outside}", 1))
    short = condense(molecule, [name])
    assert labels(short) == [name]
    (atom,) = (atom for atom in short.GetAtoms() if atom.HasProp(NAME))
    assert atom.GetDegree() == 1
    outlines = Outlines(FONTS)
    for font in FONTS:
        for x in (-1, 1):
            composed = compose(LabelSpec(*spelling(atom)), ((x, 0),), LabelStyle(font), outlines)
            assert len(composed.glyphs) == len(group.mirrored)


@pytest.mark.parametrize(
    ("smiles", "found"),
    [
        ("Cc1ccncc1", ["Me"]),
        ("[13CH3]c1ccncc1", []),
        ("[CH2]c1ccncc1", []),
        ("[CH3:7]c1ccncc1", []),
        ("c1ccccc1-c1ccccn1", ["Ph"]),
        ("c1cccc2ccccc12", []),
        ("Clc1ccccc1-c1ccccn1", []),
        ("CC(C)(C)OC(=O)Nc1ccccn1", ["NHBoc"]),
        ("CC(C)(C)OC(=O)N1CCCC1", ["Boc"]),
        ("CC(C)(C)OC(=O)c1ccccn1", ["CO2tBu"]),
        ("COc1ccccn1", ["OMe"]),
        ("CCCCCCCC", ["Me", "Me"]),
        ("CC", []),
        ("Cc1ccccc1", ["Me"]),
        ("CC(=O)[O-]", ["Me"]),
        ("COC(=O)[C@H](Cc1ccccc1)NC(=O)OC(C)(C)C", ["Bn", "CO2Me", "NHBoc"]),
        ("OC(=O)[O-]", []),
        ("[O-]C(=O)c1ccccn1", []),
    ],
)
def test_groups_are_found_where_a_chemist_would_write_them(smiles: str, found: list[str]) -> None:
    assert labels(condensed(smiles, *GROUPS)) == found


def test_a_molecule_without_groups_is_returned_itself() -> None:
    molecule = Chem.MolFromSmiles("c1ccncc1")
    assert condense(molecule, GROUPS) is molecule


def test_a_share_of_the_kinds_is_condensed() -> None:
    molecule = Chem.MolFromSmiles("COc1cc(C(F)(F)F)nc(C#N)c1[N+](=O)[O-]")
    rng = np.random.default_rng(0)
    counts = [len(labels(abbreviate(molecule, 0.25, rng))) for _ in range(400)]
    assert np.mean(counts) == pytest.approx(4 * 0.25 + 0.75 * 0.25, abs=0.2)  # Me where there is no OMe
    assert abbreviate(molecule, 0, rng) is molecule
    assert labels(abbreviate(molecule, 1, rng)) == ["CF3", "CN", "NO2", "OMe"]


def test_elements_placeholders_and_labels_are_spelled() -> None:
    spelled = [spelling(atom) for atom in Chem.MolFromSmiles("Cl*C* |$;R1;;OMe$|").GetAtoms()]
    assert spelled == [("Cl", ""), ("R1", "R1"), ("C", ""), ("OMe", "MeO")]
    assert spelling(Chem.AtomFromSmiles("*")) == ("*", "")


@pytest.mark.parametrize(("name", "says"), [("_R1", "R1"), ("_AP1", "*"), ("R\N{SUPERSCRIPT ONE}", "*"), (" ", "*")])
def test_a_name_that_fonts_lack_is_not_written(name: str, says: str) -> None:
    placeholder = Chem.MolFromSmiles(f"*CC |${name};;$|").GetAtomWithIdx(0)
    assert spelling(placeholder)[0] == says
