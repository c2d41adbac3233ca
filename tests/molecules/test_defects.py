"""Faults that the straightforward way of drawing has: each is designed out, and this is how one would see it again."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from pycocotools import mask as coco_mask
from rdkit import Chem
from rdkit.Chem import rdDepictor

from maskline.contract.picture import decode
from maskline.contract.shard import Sample
from maskline.molecules.categories import TABLE
from maskline.molecules.depiction import Depiction, depict, prepare
from maskline.molecules.entry import domain
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.molecule import Molecule
from maskline.molecules.renderer import labelled_picture
from maskline.molecules.sources import Entry
from maskline.molecules.style import Style, sample_style

Draw = Callable[..., tuple[Depiction, Sample]]
BORNYL_ACETATE = "CC(=O)O[C@@H]1C[C@@H]2CC[C@]1(C)C2(C)C"


pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools' own


def classes(sample: Sample) -> dict[tuple[int, ...], str]:
    names = {category.id: category.name for category in TABLE.categories}
    return {tuple(a["atoms"]): names[a["category_id"]] for a in sample.annotations}


def mask_of(annotation: dict[str, object]) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = coco_mask.decode(annotation["segmentation"]).astype(bool)
    return mask


def test_hydrogens_that_drawing_adds_at_stereo_centres_are_instances(draw: Draw) -> None:
    """Their bonds have indices that the caller's molecule does not know."""
    bonds = Chem.MolFromSmiles(BORNYL_ACETATE).GetNumBonds()
    drawing, sample = draw(BORNYL_ACETATE)
    added = drawing.bonds[bonds:]
    assert len(added) == 1
    assert classes(sample)[added[0].atoms] in ("SINGLE-BEGINWEDGE", "SINGLE-BEGINDASH")
    hydrogen = added[0].atoms[1]
    label = next(a for a in sample.annotations if a["atoms"] == [hydrogen])
    assert (label["element"], label["text"], label["charge"]) == ("H", "H", 0)


def test_wedges_are_where_they_are_drawn_not_where_the_unprepared_molecule_has_them(draw: Draw) -> None:
    smiles = "CCOC(=O)[C@@]1(CCC=C[C@H]1N(C)C)C2=CC=CC=C2"
    unprepared = Chem.MolFromSmiles(smiles)
    rdDepictor.Compute2DCoords(unprepared)
    Chem.WedgeMolBonds(unprepared, unprepared.GetConformer())
    drawing, sample = draw(smiles)
    before = [str(bond.GetBondDir()) for bond in unprepared.GetBonds()]
    drawn = [re.findall(rf"<path class='bond-{i} [^>]*>", drawing.svg) for i in range(len(before))]
    is_wedge = ["fill:#" in paths[0] for paths in drawn]
    assert is_wedge != [direction == "BEGINWEDGE" for direction in before]
    labelled = [classes(sample)[bond.atoms] == "SINGLE-BEGINWEDGE" for bond in drawing.bonds]
    assert labelled[: len(before)] == is_wedge


def test_direction_marks_of_double_bonds_are_plain_bonds(draw: Draw) -> None:
    drawing, sample = draw("C/C=C/C")
    assert sorted(classes(sample).values()) == ["DOUBLE-NONE", "SINGLE-NONE", "SINGLE-NONE"]
    assert [bond.stereo for bond in drawing.bonds] == ["none", "E", "none"]
    assert [bond.stereo for bond in draw("C/C=C\\C")[0].bonds] == ["none", "Z", "none"]


def test_triple_bonds_are_never_drawn_and_are_listed(tmp_path: Path) -> None:
    (tmp_path / "mixed.smi").write_text("CC#N\nCCO\nN#CCC#N\n")
    options = {"source": f"{tmp_path}/mixed.smi", "heavy_atoms": [1, 10], "held_out_share": 0.001}
    renderer = domain.open(domain.drawing("demo", options))
    for index in range(20):
        assert renderer.draw(index, "train", np.random.default_rng(index)).image["smiles"] == "CCO"
    assert [(fault["line"], fault["text"]) for fault in renderer.faults()] == [(1, "CC#N"), (3, "N#CCC#N")]
    assert renderer.faults() == []


def test_ink_left_of_and_above_the_canvas_is_drawn_like_any_other(draw: Draw) -> None:
    """Labels can reach beyond RDKit's canvas; a pattern that knows no minus sign then misplaces whole paths."""
    options = domain.drawing("seed", {})
    drawing, sample = draw("CC(=O)NC1=CC=C(O)C=C1", "seed")
    far = "|".join(re.findall(r" d='[^']*'", drawing.svg))
    assert "-" not in far
    moved = re.sub(
        r"( d=')([^']*)'",
        lambda path: path[1] + re.sub(r"\d+\.\d", lambda number: f"{float(number[0]) - 300:.1f}", path[2]) + "'",
        drawing.svg,
    )
    assert re.search(r" d='M -\d", moved)
    shifted = dataclasses.replace(drawing, svg=moved, atoms=drawing.atoms - 300)
    molecule = Molecule(Entry(1, "moved"), "moved", "", Chem.Mol())
    again = labelled_picture(0, molecule, shifted, options, Style(**sample.image["style"]), Canvas())
    assert again is not None
    assert [a["bbox"] for a in again.annotations] == [a["bbox"] for a in sample.annotations]
    for before, after in zip(sample.annotations, again.annotations, strict=True):
        assert (mask_of(before) ^ mask_of(after)).sum() <= 0.005 * before["area"]


def test_annotations_come_in_the_order_of_bonds_then_labels(draw: Draw) -> None:
    drawing, sample = draw(BORNYL_ACETATE)
    atoms = [tuple(a["atoms"]) for a in sample.annotations]
    bonds = [bond.atoms for bond in drawing.bonds]
    assert atoms[: len(bonds)] == bonds
    assert atoms[len(bonds) :] == sorted(atoms[len(bonds) :])


def test_the_hole_of_an_o_is_neither_ink_nor_mask(draw: Draw) -> None:
    for preset in ("demo", "seed"):
        _, sample = draw("CC(=O)CC", preset)
        label = next(a for a in sample.annotations if a.get("element") == "O")
        mask = mask_of(label)
        x, y, w, h = label["bbox"]
        row, column = y + h // 2, x + w // 2
        assert not mask[row, column]
        assert mask[row, x : x + w // 3].any()
        assert mask[row, x + 2 * w // 3 : x + w].any()
        assert mask[y : y + h // 3, column].any()
        assert mask[y + 2 * h // 3 : y + h, column].any()
        # Along the middle row an O is two strokes and nothing else: no seam joins its outer to its inner outline.
        assert np.count_nonzero(np.diff(np.pad(mask[row].astype(np.int8), 1)) == 1) == 2


def test_every_stroke_of_a_dash_stays_visible_and_apart(draw: Draw) -> None:
    """Walk along the bond: as many dark stretches as RDKit draws strokes, each about two pixels or more."""
    for preset in ("demo", "seed"):
        for seed in range(25):
            drawing, sample = draw("C[C@H](O)CC", preset, seed)
            number, bond = next((i, b) for i, b in enumerate(drawing.bonds) if b.stereo in ("wedge", "dash"))
            if bond.stereo == "wedge":
                drawing, sample = draw("C[C@@H](O)CC", preset, seed)
                number, bond = next((i, b) for i, b in enumerate(drawing.bonds) if b.stereo in ("wedge", "dash"))
            assert bond.stereo == "dash"
            strokes = len(re.findall(rf"class='bond-{number} ", drawing.svg))
            mask = mask_of(next(a for a in sample.annotations if tuple(a["atoms"]) == bond.atoms))
            atoms = [(atom["x"], atom["y"]) for atom in sample.image["atoms"]]
            begin, end = np.array(atoms[bond.atoms[0]]), np.array(atoms[bond.atoms[1]])
            steps = int(np.hypot(*(end - begin)) * 8)
            walk = begin + np.linspace(0, 1, steps)[:, None] * (end - begin)
            dark = np.pad(mask[walk[:, 1].astype(int), walk[:, 0].astype(int)].astype(np.int8), 1)
            stretches = np.count_nonzero(np.diff(dark) == 1)
            assert strokes - 2 <= stretches <= strokes, (preset, seed, strokes, stretches)
            assert stretches >= 3
            widest = np.diff(np.flatnonzero(np.diff(dark)))[::2] / 8
            assert np.median(widest) >= 1.4


def test_every_font_is_really_used(draw: Draw, capfd: pytest.CaptureFixture[str]) -> None:
    """RDKit falls back to its own font when it does not find a file, and only says so on standard error."""
    pictures = {draw("OCCN", fonts=[font])[1].members["png"] for font in ("telex", "roboto", "free-sans")}
    assert len(pictures) == 3
    assert capfd.readouterr().err == ""


def test_rdkit_s_red_frames_around_close_atoms_are_not_drawn(draw: Draw) -> None:
    drawing, _ = draw("C1=CC=C(C=C1)C2=NC3=CC=CC=C3C(=C2)C(=O)O.C.C.C.C")
    assert "stroke:#FF" not in drawing.svg


def test_corners_between_bonds_are_dark_to_their_tips(draw: Draw) -> None:
    """RDKit's corner strokes belong to no bond; both bonds get the corner, so no notch is left in the ink."""
    for seed in range(10):
        _, sample = draw("CCCC", "seed", seed)
        picture = decode(sample.members["png"], 10**7)
        atoms = [np.array([atom["x"], atom["y"]]) for atom in sample.image["atoms"]]
        for before, corner, after in (atoms[:3], atoms[1:]):
            middle = (before + after) / 2
            outward = (corner - middle) / np.hypot(*(corner - middle))
            x, y = np.floor(corner + 2 * outward).astype(int)
            assert picture[y, x] == 0
            assert sum(mask_of(a)[y, x] for a in sample.annotations) == 2


def test_no_light_pixel_shows_where_bonds_meet(draw: Draw) -> None:
    """Three strokes that end at one atom each cover but a part of its pixel."""
    for seed in range(10):
        _, sample = draw("CC(C)CC(C)(C)C", "seed", seed)
        picture = decode(sample.members["png"], 10**7)
        for number in (1, 3, 4):
            x, y = (int(sample.image["atoms"][number][axis]) for axis in "xy")
            assert picture[y - 1 : y + 2, x - 1 : x + 2].max() == 0


def test_no_label_stands_on_a_bond() -> None:
    """RDKit lays out some cages so that an atom lies on a bond it has no part in; such drawings are passed over."""
    renderer = domain.open(domain.drawing("demo", {"heavy_atoms": [8, 14], "stereo_share": 1}))
    for index in range(40):
        sample = renderer.draw(index, "train", np.random.default_rng(index))
        bonds = np.any([mask_of(a) for a in sample.annotations if "order" in a], axis=0)
        labels = [mask_of(a) for a in sample.annotations if "text" in a]
        assert not any((label & bonds).any() for label in labels)


def test_a_bond_that_rdkit_draws_far_beyond_its_atoms_is_noticed() -> None:
    """One line of this cage's C=O is twice as long as the bond."""
    structure = Chem.MolFromSmiles("CN1CC[C@@]23CC(=O)C(=C[C@@H]2[C@@H]1CC4=C3C(=C(C=C4)OC)O)OC")
    options = domain.drawing("seed", {"rotation_degrees": [90, 90]})
    style = sample_style(options, np.random.default_rng(0))
    cage = depict(prepare(structure), options, style)
    assert Canvas().read(cage) is None
    plain = depict(prepare(Chem.MolFromSmiles("CC(=O)C=C")), options, style)
    assert Canvas().read(plain) is not None


def test_labels_are_made_smaller_where_they_would_hide_a_bond(draw: Draw) -> None:
    options = domain.drawing("seed", {"rotation_degrees": [0, 0]})
    style = sample_style(options, np.random.default_rng(1))
    crowded = "OC(=O)C1CC(O)CN1N=O"
    drawing = depict(prepare(Chem.MolFromSmiles(crowded)), options, dataclasses.replace(style, canvas_width_px=300))
    assert Canvas().read(drawing) is None
    for seed in range(20):
        _, sample = draw(crowded, "seed", seed)
        lengths = [np.hypot(*np.subtract(*a["end_points"])) for a in sample.annotations if "end_points" in a]
        assert min(lengths) > 0.15 * max(lengths)
