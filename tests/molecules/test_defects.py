"""Faults that the straightforward way of drawing has: each is designed out, and this is how one would see it again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from rdkit import Chem
from rdkit.Chem import rdDepictor
from truth.checks import SHOWN
from truth.marks import shown_mark

from maskline.contract.coco import rle
from maskline.contract.picture import decode
from maskline.contract.shard import Sample
from maskline.molecules.categories import TABLE
from maskline.molecules.entry import domain

Draw = Callable[..., Sample]
Annotation = dict[str, Any]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BORNYL_ACETATE = "CC(=O)O[C@@H]1C[C@@H]2CC[C@]1(C)C2(C)C"
NAMES = {category.id: category.name for category in TABLE.categories}


def bonds_of(sample: Sample) -> list[Annotation]:
    return [a for a in sample.annotations if "end_points" in a]


def class_of(annotation: Annotation) -> str:
    return NAMES[annotation["category_id"]]


def mask_of(annotation: Annotation) -> Bools:
    return rle.decode(annotation["segmentation"])


def places(sample: Sample) -> Floats:
    return np.array([(atom["x"], atom["y"]) for atom in sample.image["atoms"]])


def length_of(sample: Sample, bond: Annotation) -> float:
    return float(np.hypot(*np.subtract(*places(sample)[bond["atoms"]])))


def line_width(sample: Sample) -> float:
    """Of a drawing whose bonds are all as long as its first one."""
    return float(sample.image["style"]["line_width"] * length_of(sample, bonds_of(sample)[0]))


def pixels_of(mask: Bools) -> Floats:
    """Return the (P, 2) middles of the mask's pixels, x then y."""
    found: Floats = np.argwhere(mask)[:, ::-1].astype(np.float64) + 0.5
    return found


def from_line(points: Floats, begin: Floats, end: Floats) -> Floats:
    """Return how far points lie to the right of a line, seen along it."""
    along = (end - begin) / np.hypot(*(end - begin))
    apart = points - begin
    beside: Floats = along[0] * apart[:, 1] - along[1] * apart[:, 0]
    return beside


def test_hydrogens_that_drawing_adds_at_stereo_centres_are_instances(draw: Draw) -> None:
    """Their bonds have indices that the caller's molecule does not know."""
    sample = draw(BORNYL_ACETATE)
    atoms = Chem.MolFromSmiles(BORNYL_ACETATE).GetNumAtoms()
    (added,) = [bond for bond in bonds_of(sample) if max(bond["atoms"]) >= atoms]
    assert class_of(added) in {"SINGLE-BEGINWEDGE", "SINGLE-BEGINDASH"}
    label = next(a for a in sample.annotations if a["atoms"] == [added["atoms"][1]])
    assert (label["element"], label["text"], label["charge"]) == ("H", "H", 0)


def test_wedges_are_where_they_are_drawn_not_where_the_unprepared_molecule_has_them(draw: Draw) -> None:
    smiles = "CCOC(=O)[C@@]1(CCC=C[C@H]1N(C)C)C2=CC=CC=C2"
    unprepared = Chem.MolFromSmiles(smiles)
    rdDepictor.Compute2DCoords(unprepared)
    Chem.WedgeMolBonds(unprepared, unprepared.GetConformer())
    before = [str(bond.GetBondDir()) for bond in unprepared.GetBonds()]
    sample = draw(smiles)
    shown = [shown_mark(bond, 0.4 * length_of(sample, bond)) for bond in bonds_of(sample)]
    drawn = [{"wedge": "BEGINWEDGE", "strokes": "BEGINDASH"}.get(mark, "NONE") for mark in shown]
    assert drawn[: len(before)] != before
    assert all(mark in SHOWN[class_of(bond)] for bond, mark in zip(bonds_of(sample), shown, strict=True))
    assert {"wedge", "strokes"} & set(shown)


def test_direction_marks_of_double_bonds_are_plain_bonds(draw: Draw) -> None:
    sample = draw("C/C=C/C")
    assert sorted(map(class_of, sample.annotations)) == ["DOUBLE-NONE", "SINGLE-NONE", "SINGLE-NONE"]
    assert [bond["stereo"] for bond in bonds_of(sample)] == ["none", "E", "none"]
    assert [bond["stereo"] for bond in bonds_of(draw("C/C=C\\C"))] == ["none", "Z", "none"]


def test_triple_bonds_are_never_drawn_and_are_listed(tmp_path: Path) -> None:
    (tmp_path / "mixed.smi").write_text("CC#N\nCCO\nN#CCC#N\n")
    options = {"source": f"{tmp_path}/mixed.smi", "heavy_atoms": [1, 10], "held_out_share": 0.001}
    renderer = domain.open(domain.drawing("demo", options))
    for index in range(20):
        assert renderer.draw(index, "train", np.random.default_rng(index)).image["smiles"] == "CCO"
    assert [(fault["line"], fault["text"]) for fault in renderer.faults()] == [(1, "CC#N"), (3, "N#CCC#N")]
    assert renderer.faults() == []


def test_annotations_come_in_the_order_of_bonds_then_labels(draw: Draw) -> None:
    sample = draw(BORNYL_ACETATE)
    atoms = [tuple(a["atoms"]) for a in sample.annotations]
    structure = Chem.MolFromSmiles(BORNYL_ACETATE)
    bonds = [{bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()} for bond in structure.GetBonds()]
    count = len(bonds_of(sample))
    assert [set(pair) for pair in atoms[: len(bonds)]] == bonds
    assert all(len(pair) == 2 for pair in atoms[:count])
    assert atoms[count:] == sorted(atoms[count:])
    assert all(len(label) == 1 for label in atoms[count:])


@pytest.mark.parametrize("preset", ["demo", "seed"])
def test_the_hole_of_an_o_is_neither_ink_nor_mask(draw: Draw, preset: str) -> None:
    label = next(a for a in draw("CC(=O)CC", preset).annotations if a.get("element") == "O")
    mask = mask_of(label)
    x, y, w, h = label["bbox"]
    row, column = y + h // 2, x + w // 2
    assert not mask[row, column]
    # Along the middle row, and the middle column, an O is two strokes and nothing else.
    for walk in (mask[row], mask[:, column]):
        assert np.count_nonzero(np.diff(np.pad(walk.astype(np.int8), 1)) == 1) == 2


@pytest.mark.parametrize("preset", ["demo", "seed"])
def test_every_stroke_of_a_hash_stays_visible_and_apart(draw: Draw, preset: str) -> None:
    """Walk along the bond: as many dark stretches as strokes have room, each as thick as a stroke and paper between."""
    for seed in range(12):
        for smiles in ("C[C@H](O)CC", "C[C@@H](O)CC"):
            sample = draw(smiles, preset, seed)
            (bond,) = [bond for bond in bonds_of(sample) if bond["stereo"] != "none"]
            if class_of(bond) != "SINGLE-BEGINDASH":
                continue
            begin, end = np.array(bond["end_points"])
            shown, style = float(np.hypot(*(end - begin))), sample.image["style"]
            walk = begin + np.arange(0, shown, 0.125)[:, None] * (end - begin) / shown
            seen = np.pad(mask_of(bond)[walk[:, 1].astype(int), walk[:, 0].astype(int)].astype(np.int8), 1)
            edges = np.flatnonzero(np.diff(seen)) / 8
            thick, gaps = edges[1::2] - edges[::2], edges[2::2] - edges[1:-1:2]
            wanted = (shown - np.median(thick)) / (style["hash_spacing"] * length_of(sample, bond)) + 1
            assert len(thick) >= 3
            assert len(thick) <= wanted + 1
            assert len(thick) >= wanted - 1 or np.median(gaps) < max(2.5, np.median(thick)), (
                "fewer only where they would touch"
            )
            assert np.median(thick) >= 1.4
            assert gaps.min() >= 0.75


def test_corners_between_bonds_are_dark_to_their_tips_and_of_both_bonds(draw: Draw) -> None:
    """Two flat ends leave a notch at their outer side."""
    for seed in range(10):
        sample = draw("CCCC", "seed", seed)
        picture, atoms = decode(sample.members["png"], 10**7), places(sample)
        for before, corner, after in (atoms[:3], atoms[1:]):
            outward = corner - (before + after) / 2
            outward /= np.hypot(*outward)
            x, y = np.floor(corner + (0.5 * line_width(sample) - 1) * outward).astype(int)
            assert picture[y, x] == 0
            assert sum(mask_of(a)[y, x] for a in sample.annotations) == 2


def test_no_spur_stands_out_where_three_bonds_meet(draw: Draw) -> None:
    """A corner of two of them would stick out into the third one, or beyond it."""
    for smiles in ("CC(C)C", "C1CCC2CCCCC2C1", "CC(C)(C)C"):
        for seed in range(5):
            sample = draw(smiles, "seed", seed)
            atoms, half = places(sample), line_width(sample) / 2
            union = np.any([mask_of(a) for a in sample.annotations], axis=0)
            degrees = np.bincount([atom for bond in bonds_of(sample) for atom in bond["atoms"]])
            for atom in np.flatnonzero(degrees > 2).tolist():
                points = pixels_of(union)
                near = points[np.hypot(*(points - atoms[atom]).T) < 4 * half]
                others = [
                    max(bond["atoms"], key=lambda end: end != atom)
                    for bond in bonds_of(sample)
                    if atom in bond["atoms"]
                ]
                apart = [
                    np.where(
                        (near - atoms[atom]) @ (atoms[other] - atoms[atom]) >= 0,
                        np.abs(from_line(near, atoms[atom], atoms[other])),
                        np.inf,
                    )
                    for other in others
                ]
                assert np.min(apart, axis=0).max() <= half + 1


def test_no_light_pixel_shows_where_bonds_meet(draw: Draw) -> None:
    """Three strokes that end at one atom each cover but a part of its pixel."""
    for seed in range(10):
        sample = draw("CC(C)CC(C)(C)C", "seed", seed)
        picture = decode(sample.members["png"], 10**7)
        for number in (1, 3, 4):
            x, y = places(sample)[number].astype(int)
            assert picture[y - 1 : y + 2, x - 1 : x + 2].max() == 0


@pytest.mark.parametrize("preset", ["demo", "clean"])
def test_no_label_stands_on_a_bond(preset: str) -> None:
    renderer = domain.open(domain.drawing(preset, {"heavy_atoms": [8, 14], "stereo_share": 1}))
    for index in range(1, 31):
        sample = renderer.draw(index, "train", np.random.default_rng(index))
        bonds = np.any([mask_of(a) for a in bonds_of(sample)], axis=0)
        labels = [mask_of(a) for a in sample.annotations if "text" in a]
        assert not any((label & bonds).any() for label in labels)


def test_labels_are_made_smaller_where_they_would_hide_a_bond(draw: Draw) -> None:
    crowded = "OC(=O)C1CC(O)CN1N=O"
    scales = []
    for seed in range(12):
        sample = draw(crowded, "seed", seed, cap_height=[0.5, 0.6])
        scales.append(sample.image["style"]["label_scale"])
        shown = [np.hypot(*np.subtract(*bond["end_points"])) for bond in bonds_of(sample)]
        assert min(shown) > 0.19 * max(shown)
    assert min(scales) < 1


@pytest.mark.parametrize(
    "smiles", ["c1ccccc1", "C1CC=CCC1", "c1ccc2[nH]ccc2c1", "c1ccc2cc3ccccc3cc2c1", "O=C1C=CC(=O)C=C1"]
)
def test_the_inner_line_of_a_double_bond_lies_inside_its_ring(draw: Draw, smiles: str) -> None:
    """And is the shorter of the two, so that it meets no other bond."""
    structure = Chem.MolFromSmiles(smiles)
    rings = [set(ring) for ring in structure.GetRingInfo().AtomRings()]
    for seed in range(3):
        sample = draw(smiles, "seed", seed)
        atoms, width = places(sample), line_width(sample)
        doubles = [bond for bond in bonds_of(sample) if bond["order"] == 2]
        inner = []
        for bond in doubles:
            around = [ring for ring in rings if ring >= set(bond["atoms"])]
            points = pixels_of(mask_of(bond))
            beside = from_line(points, *atoms[bond["atoms"]])
            second = points[np.abs(beside) > width]
            assert len(second)
            if not around:
                continue
            middles = [atoms[sorted(ring)].mean(axis=0) for ring in around]
            sides = [np.sign(from_line(middle[None], *atoms[bond["atoms"]])[0]) for middle in middles]
            side = np.sign(beside[np.abs(beside) > width])
            assert any((side == one).all() for one in sides)
            along = second @ np.subtract(*atoms[bond["atoms"]]) / length_of(sample, bond)
            assert np.ptp(along) < 0.97 * length_of(sample, bond)
            inner.append(bond)
        assert inner
