"""Every option of a style does what it says, seen in pixels and records."""

import io
import itertools
import re
from collections.abc import Callable
from typing import Any, get_args

import cairosvg
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from rdkit import Chem
from truth.marks import shown_mark

from maskline.contract.coco import rle
from maskline.contract.picture import decode
from maskline.contract.shard import Sample
from maskline.molecules.categories import MORE, SIX
from maskline.molecules.entry import domain
from maskline.molecules.labels.fonts import Font
from maskline.molecules.layout.structure import Undrawable

Draw = Callable[..., Sample]
Annotation = dict[str, Any]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NAMES = {category.id: category.name for category in (*SIX, *MORE.values())}
LARGE = {"bond_length_px": [60, 60], "most_side_px": 1600, "line_width": [0.04, 0.04], "cap_height": [0.36, 0.36]}
STEREO = ("C[C@H](O)CC", "C[C@@H](O)CC")
STATIONS = np.linspace(0.02, 0.98, 25)


def bonds_of(sample: Sample) -> list[Annotation]:
    return [a for a in sample.annotations if "end_points" in a]


def classes(sample: Sample) -> list[str]:
    return [NAMES[bond["category_id"]] for bond in bonds_of(sample)]


def texts(sample: Sample) -> list[str]:
    return [a["text"] for a in sample.annotations if "text" in a]


def mask_of(annotation: Annotation) -> Bools:
    return rle.decode(annotation["segmentation"])


def union(sample: Sample) -> Bools:
    whole: Bools = np.any([mask_of(a) for a in sample.annotations], axis=0)
    return whole


def picture(sample: Sample) -> npt.NDArray[np.uint8]:
    return decode(sample.members["png"], 10**8)


def places(sample: Sample) -> Floats:
    return np.array([(atom["x"], atom["y"]) for atom in sample.image["atoms"]])


def of_class(draw: Draw, name: str, **style: Any) -> tuple[Sample, Annotation]:
    """Draw the one of two mirror images whose stereo bond has a class."""
    for smiles in STEREO:
        sample = draw(smiles, **(LARGE | style))
        for bond, found in zip(bonds_of(sample), classes(sample), strict=True):
            if found == name:
                return sample, bond
    raise AssertionError(name)


def across(bond: Annotation, share: float) -> npt.NDArray[np.int8]:
    """Return what a walk across a bond's mask meets, a quarter of a pixel at a time."""
    begin, end = np.array(bond["end_points"])
    along = (end - begin) / np.hypot(*(end - begin))
    walk = begin + share * (end - begin) + np.arange(-16, 16, 0.25)[:, None] * (-along[1], along[0])
    x, y = np.floor(walk).astype(int).T
    seen: npt.NDArray[np.int8] = mask_of(bond)[y, x].astype(np.int8)
    return seen


@pytest.mark.parametrize("aromatic", ["seed", "drawn"])
def test_a_circle_is_shared_out_among_the_bonds_of_its_ring(draw: Draw, aromatic: str) -> None:
    sample = draw("c1ccccc1C=C", circles=1, drawing={"classes": {"aromatic": aromatic}}, **LARGE)
    ring = [bond for bond in bonds_of(sample) if max(bond["atoms"]) < 6]
    assert len(ring) == 6
    assert len(bonds_of(sample)) == 8
    assert {NAMES[bond["category_id"]] for bond in ring} == {"AROMATIC-NONE"}
    middle = places(sample)[:6].mean(axis=0)
    for bond in ring:
        ends = places(sample)[bond["atoms"]]
        apart = np.argwhere(mask_of(bond))[:, ::-1] + 0.5 - middle
        distances = np.hypot(*apart.T)
        apothem = np.hypot(*(ends.mean(axis=0) - middle))
        inner = distances < 0.75 * apothem
        assert inner.any()
        angles = np.degrees(np.arccos(apart[inner] @ (ends.mean(axis=0) - middle) / distances[inner] / apothem))
        assert angles.max() < 35, "a sixth of the circle and no more"
        assert distances.min() > 0.5 * apothem


ATROPISOMER = (
    "CC1=CC=CC(I)=C1N1C(C)=CC=C1Br |(2.57,0.69,;1.28,0.69,;0.53,1.99,;-0.97,1.99,;-1.72,0.69,;-0.97,-0.61,;"
    "-1.72,-1.91,;0.53,-0.61,;1.28,-1.91,;0.81,-3.34,;-0.61,-3.8,;2.02,-4.22,;3.24,-3.34,;2.77,-1.91,;3.65,-0.7,),w{}:7.6|"
)
BINAPHTHOL = "Oc1ccc2ccccc2c1-c1c(O)ccc2ccccc12 |wU:10.11|"


@pytest.mark.parametrize("aromatic", ["seed", "drawn"])
@pytest.mark.parametrize(
    ("smiles", "marked", "stereo"),
    [
        (ATROPISOMER.format("U"), {"SINGLE-BEGINWEDGE"}, {"wedge"}),
        (ATROPISOMER.format("D"), {"SINGLE-BEGINDASH"}, {"dash"}),
        ("CC1=CC=CC(I)=C1N1C(C)=CC=C1Br |w:7.6|", {"SINGLE-UNKNOWN"}, {"wavy"}),
        ("Cc1cc#ccc1", {"TRIPLE-NONE"}, set()),
    ],
)
def test_a_ring_whose_bond_bears_a_mark_holds_no_circle(
    draw: Draw, aromatic: str, smiles: str, marked: set[str], stereo: set[str]
) -> None:
    """Record, class and pixels agree: the mark is there, and the ring's other bonds are lines of a Kekulé form."""
    classes_ = {"aromatic": aromatic, "triple": "own", "wavy": "own"}
    sample = draw(smiles, circles=1, drawing={"classes": classes_}, **LARGE)
    assert marked <= set(classes(sample))
    assert {bond["stereo"] for bond in bonds_of(sample)} - {"none"} == stereo
    shown = [shown_mark(bond, 20) for bond in bonds_of(sample)]
    assert shown.count("two lines") == sum(bond["order"] == 2 for bond in bonds_of(sample))
    for bond, name, mark in zip(bonds_of(sample), classes(sample), shown, strict=True):
        if name in marked - {"SINGLE-UNKNOWN"}:
            assert mark == {"wedge": "wedge", "dash": "strokes", "none": "three lines"}[bond["stereo"]]


def test_rings_beside_one_that_bears_a_mark_keep_their_circles(draw: Draw) -> None:
    sample = draw(BINAPHTHOL, circles=1, **LARGE)
    assert [bond["stereo"] for bond in bonds_of(sample) if bond["stereo"] != "none"] in (["wedge"], ["dash"])
    structure = Chem.MolFromSmiles(BINAPHTHOL)
    rings = structure.GetRingInfo().AtomRings()
    marked = next(set(bond["atoms"]) for bond in bonds_of(sample) if bond["stereo"] != "none")
    ink = union(sample)
    for ring in rings:
        corners = places(sample)[list(ring)]
        middle = corners.mean(axis=0)
        apothem = np.hypot(*(corners[0] - middle)) * np.cos(np.pi / 6)
        angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        x, y = np.floor(middle[:, None] + 0.62 * apothem * np.array([np.cos(angles), np.sin(angles)])).astype(int)
        assert (ink[y, x].mean() > 0.9) == (not marked <= set(ring))


def test_a_double_bond_that_would_lose_a_line_to_a_wave_is_not_drawn(draw: Draw) -> None:
    with pytest.raises(Undrawable, match="a DOUBLE bond marked UNKNOWN has no class"):
        draw("CC=CC |w:1.1|", drawing={"classes": {"wavy": "own"}})


def test_the_drawn_policy_names_bonds_of_aromatic_rings_by_their_lines(draw: Draw) -> None:
    sample = draw("Cc1ccccc1", drawing={"classes": {"aromatic": "drawn"}}, **LARGE)
    assert sorted(classes(sample)) == ["DOUBLE-NONE"] * 3 + ["SINGLE-NONE"] * 4
    for bond, name in zip(bonds_of(sample), classes(sample), strict=True):
        assert shown_mark(bond, 20) == {"DOUBLE-NONE": "two lines", "SINGLE-NONE": "one line"}[name]


@pytest.mark.parametrize(
    ("choice", "smiles", "number", "marks"),
    [("triple", "CC#CCO", 7, {"three lines"}), ("dative", "[NH3]->[Fe]", 9, {"one line", "wedge"})],
)
def test_bonds_with_a_place_of_their_own(draw: Draw, choice: str, smiles: str, number: int, marks: set[str]) -> None:
    sample = draw(smiles, drawing={"classes": {choice: "own"}}, rotation_degrees=[90, 90], **LARGE)
    (bond,) = [bond for bond in bonds_of(sample) if bond["category_id"] == number]
    assert shown_mark(bond, 20) in marks
    with pytest.raises(Undrawable, match="has no class"):
        draw(smiles)


def test_waves_are_drawn_where_they_have_a_class_and_nowhere_else(draw: Draw) -> None:
    sample = draw(STEREO[0], waves=1, drawing={"classes": {"wavy": "own"}}, **LARGE)
    (wave,) = [bond for bond in bonds_of(sample) if bond["category_id"] == 8]
    assert wave["stereo"] == "wavy"
    heights = [np.flatnonzero(across(wave, share)).mean() / 4 for share in STATIONS]
    assert max(heights) - min(heights) > 4
    assert 8 not in {bond["category_id"] for bond in bonds_of(draw(STEREO[0], waves=1))}


def test_hollow_wedges_have_paper_inside(draw: Draw) -> None:
    for share, hollow in ((0, False), (1, True)):
        _, wedge = of_class(draw, "SINGLE-BEGINWEDGE", hollow_wedges=share, wedge_width=[0.4, 0.4])
        walk = across(wedge, 0.7)
        assert np.count_nonzero(np.diff(walk) == 1) == 1 + hollow


def test_parallel_hashes_are_as_wide_at_both_ends(draw: Draw) -> None:
    for share, least, most in ((0, 1.5, 9.0), (1, 0.85, 1.15)):
        _, bond = of_class(draw, "SINGLE-BEGINDASH", parallel_hashes=share, wedge_width=[0.3, 0.3])
        widths = np.array([across(bond, share).sum() for share in STATIONS])
        seen = widths[widths > 0]
        assert least < seen[-4:].max() / seen[:4].max() < most


@pytest.mark.parametrize(("asked", "width"), [(3, 3 * 2.4), (30, 0.3 * 60)])
def test_bold_lines_are_as_wide_at_both_ends_and_no_wider_than_wedges(draw: Draw, asked: float, width: float) -> None:
    bold = {"bold_lines": 1, "bold_width": [asked, asked], "wedge_width": [0.3, 0.3], "hollow_wedges": 1}
    _, line = of_class(draw, "SINGLE-BEGINWEDGE", **bold)
    seen = np.array([across(line, share).sum() / 4 for share in STATIONS])
    assert np.abs(seen - width).max() < 1.5


def test_dashed_lines_are_dashes_along_the_bond_as_wide_as_a_line(draw: Draw) -> None:
    _, bond = of_class(draw, "SINGLE-BEGINDASH", dashed_lines=1, dash_length=[0.12, 0.12])
    begin, end = np.array(bond["end_points"])
    length = np.hypot(*(end - begin))
    mask, line = mask_of(bond), 2.4
    x, y = np.floor(begin + np.linspace(0.01, 0.99, int(4 * length))[:, None] * (end - begin)).astype(int).T
    walk = mask[y, x]
    dashes = np.count_nonzero(np.diff(np.r_[0, walk]) == 1)
    assert walk[0], "a dash begins it"
    assert walk[-1], "and one ends it"
    assert dashes == round((length + 0.6 * 7.2) / (1.6 * 7.2))
    assert 0.5 < walk.mean() < 0.8
    widths = np.array([across(bond, share).sum() / 4 for share in STATIONS])
    assert widths.max() < line + 1.5


def test_where_bonds_must_cross_they_do(draw: Draw) -> None:
    cage = draw("C1C2CC3CC1CC(C2)C3", least_crossings=1, **LARGE)
    pairs = itertools.combinations(bonds_of(cage), 2)
    assert any((mask_of(a) & mask_of(b)).any() for a, b in pairs if not set(a["atoms"]) & set(b["atoms"]))
    with pytest.raises(Undrawable, match="fewer pairs of its bonds cross than 1"):
        draw("CC1CCCCC1O", least_crossings=1)


def test_carbons_are_spelled_where_the_style_says_so(draw: Draw) -> None:
    assert texts(draw("CC(C)O")) == ["OH"]
    assert sorted(texts(draw("CC(C)O", methyls=1))) == ["CH3", "CH3", "OH"]
    assert sorted(texts(draw("CC(C)O", carbons=1, bond_length_px=[40, 40]))) == ["CH", "CH3", "CH3", "OH"]


def test_abbreviations_stand_for_groups_of_the_molecule_that_the_record_names(draw: Draw) -> None:
    found = {text for seed in range(8) for text in texts(draw("COc1cccc(c1)Cc1ccccc1", seed=seed, abbreviations=1))}
    assert {"OMe", "Ph"} & found
    drawing = {"source": "nci", "styles": {"demo": {"abbreviations": 1}}}
    renderer = domain.open(domain.drawing("demo", drawing))
    fewer = 0
    for index in range(1, 20):
        image = renderer.draw(index, "train", np.random.default_rng(index)).image
        whole = Chem.MolFromSmiles(image["smiles"])
        assert image["group"] == Chem.MolToSmiles(whole)
        fewer += len(image["atoms"]) < whole.GetNumAtoms()
    assert fewer > 2


def test_radicals_show_their_dots(draw: Draw) -> None:
    shown, hidden = draw("CC[O]", radicals=1, **LARGE), draw("CC[O]", **LARGE)
    assert (texts(shown), texts(hidden)) == (["O•"], ["O"])
    assert shown.annotations[-1]["area"] > hidden.annotations[-1]["area"] + 20


def test_an_attachment_keeps_the_margin(draw: Draw) -> None:
    for turn in (0, 45, 90):
        sample = draw("CC=O", attachments=1, margin_px=[8, 8], rotation_degrees=[turn, turn], **LARGE)
        ink = picture(sample) < 128
        assert ink.sum() == ink[7:-7, 7:-7].sum()


def test_an_attachment_is_ink_and_of_no_mask(draw: Draw) -> None:
    plain, attached = draw("CCCO", **LARGE), draw("CCCO", attachments=1, **LARGE)
    assert not ((picture(plain) < 128) & ~union(plain)).any()
    wave = (picture(attached) < 128) & ~union(attached)
    assert wave.sum() > 60
    near = np.hypot(*(np.argwhere(wave)[:, ::-1].mean(axis=0) - places(attached)[0]))
    assert near < 10


def test_labels_and_bonds_have_their_elements_colours(draw: Draw) -> None:
    for share in (0, 1):
        sample = draw("CCO", coloured_labels=1, coloured_bonds=share, **LARGE)
        pixels = picture(sample)
        assert pixels.shape == (sample.image["height"], sample.image["width"], 3)
        label, bond = sample.annotations[-1], bonds_of(sample)[1]
        red = (pixels[..., 0] > 180) & (pixels[..., 1:].max(axis=2) < 60)
        assert red[mask_of(label) & (pixels.min(axis=2) < 40)].all()
        assert red[mask_of(bond)].any() == bool(share)
        assert not red[mask_of(bonds_of(sample)[0])].any()


def test_a_dark_background_has_light_ink(draw: Draw) -> None:
    sample = draw("CCO", dark_background=1)
    light = picture(sample).min(axis=2) >= 140  # half of the way from the ground to white
    assert np.array_equal(light, union(sample))


def test_a_transparent_picture_has_no_ground(draw: Draw) -> None:
    sample = draw("CCO", transparent=1)
    with Image.open(io.BytesIO(sample.members["png"])) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    assert np.array_equal(picture(sample).max(axis=2) < 128, union(sample))


def test_lines_and_capitals_have_their_least_size(draw: Draw) -> None:
    small = {"line_width": [0.001, 0.001], "cap_height": [0.01, 0.01]}
    sample = draw("CCO", least_line_width_px=3, least_cap_height_px=11, rotation_degrees=[0, 0], **small)
    widths = [across(bond, share).sum() / 4 for bond in bonds_of(sample) for share in (0.4, 0.5, 0.6)]
    assert 2.5 <= np.median(widths) <= 3.75
    assert 11 <= sample.annotations[-1]["bbox"][3] <= 13


def test_bonds_are_as_long_as_the_style_says(draw: Draw) -> None:
    for seed in range(5):
        sample = draw("CCCCC(C)O", seed=seed, bond_length_px=[50, 52], most_side_px=1600)
        lengths = [np.hypot(*np.subtract(*places(sample)[bond["atoms"]])) for bond in bonds_of(sample)]
        assert 49.9 <= np.median(lengths) <= 52.1


@pytest.mark.parametrize("style", [{"preset": "demo", "bond_length_px": [20, 60]}, {"preset": "seed"}])
def test_the_record_says_how_long_bonds_were_drawn(draw: Draw, style: dict[str, Any]) -> None:
    sample = draw("CCCCCCCCO", **style)
    lengths = [np.hypot(*np.subtract(*places(sample)[bond["atoms"]])) for bond in bonds_of(sample)]
    assert sample.image["style"]["bond_length_px"] == pytest.approx(np.median(lengths), abs=0.02)


@pytest.mark.parametrize("smiles", ["CCO", "c1ccc2ccccc2c1", "OCC(O)CCCCCCCC(=O)[O-]"])
def test_a_picture_is_as_large_as_it_shall_be(draw: Draw, smiles: str) -> None:
    sample = draw(smiles, "seed", long_side_px=[700, 900])
    assert abs(max(sample.image["width"], sample.image["height"]) - sample.image["style"]["long_side_px"]) <= 2


def test_a_picture_is_no_larger_than_it_may_be(draw: Draw) -> None:
    small = {"least_side_px": 0, "most_side_px": 200}
    sample = draw("CCCCCCO", bond_length_px=[20, 60], **small)
    assert max(sample.image["width"], sample.image["height"]) <= 200
    with pytest.raises(Undrawable, match="larger than 200 px with bonds of 45"):
        draw("C" * 20, bond_length_px=[45, 60], **small)


def test_every_font_is_really_used(draw: Draw) -> None:
    fonts = get_args(Font)
    assert len({draw("OCCN", fonts=[font]).members["png"] for font in fonts}) == len(fonts)


def test_what_stands_around_a_molecule_is_of_no_mask_and_moves_no_part_of_it(draw: Draw) -> None:
    shares = (
        "brackets",
        "compound_number",
        "caption",
        "plus_sign",
        "reagents",
        "table_rules",
        "neighbour",
        "stray_text",
    )
    for seed in range(4):
        alone = draw("CC(N)C[C@H](F)O", seed=seed, **LARGE)
        around = draw("CC(N)C[C@H](F)O", seed=seed, page=dict.fromkeys(shares, 1), **LARGE)
        ink = picture(around) < 128
        assert not (union(around) & ~ink).any()
        assert (ink & ~union(around)).sum() > 500
        shift = (places(around) - places(alone)).mean(axis=0)
        assert np.allclose(places(around), places(alone) + shift, atol=0.02)
        assert [a["atoms"] for a in around.annotations] == [a["atoms"] for a in alone.annotations]
        for one, other in zip(alone.annotations, around.annotations, strict=True):
            assert np.allclose(other["bbox"], one["bbox"] + np.array([*shift, 0, 0]), atol=1.5)
            if "end_points" in one:
                assert np.allclose(other["end_points"], one["end_points"] + shift, atol=0.03)
            assert abs(one["area"] - other["area"]) < 0.15 * one["area"]


def test_atoms_and_end_points_follow_the_sheet_in_the_scanner(draw: Draw) -> None:
    scanner = {"skew_degrees": [5, 5], "blur_px": [0.3, 0.3], "noise": [2, 2]}
    plain = draw("CCC(C)CC(=O)O", **LARGE)
    scanned = draw("CCC(C)CC(=O)O", scanner=scanner, **LARGE)
    ways = [np.diff(places(sample)[[0, 4]], axis=0)[0] @ (1, 1j) for sample in (plain, scanned)]
    assert np.angle(ways[1] / ways[0], deg=True) == pytest.approx(5, abs=0.1)
    for bond in bonds_of(scanned):
        pixels = np.argwhere(mask_of(bond))[:, ::-1] + 0.5
        for point in bond["end_points"]:
            assert np.hypot(*(pixels - point).T).min() <= (8 if bond["order"] == 2 else 2)
    for label in (a for a in scanned.annotations if "text" in a):
        x, y, w, h = label["bbox"]
        atom = places(scanned)[label["atoms"][0]]
        assert x <= atom[0] <= x + w
        assert y <= atom[1] <= y + h


def test_a_dative_bond_is_an_arrow_to_the_atom_that_takes(draw: Draw) -> None:
    sample = draw("[NH3]->[Fe]", drawing={"classes": {"dative": "own"}}, rotation_degrees=[90, 90], **LARGE)
    (arrow,) = bonds_of(sample)
    assert sample.image["atoms"][arrow["atoms"][1]]["element"] == "Fe"
    begin, end = across(arrow, 0.2).sum(), max(across(arrow, share).sum() for share in STATIONS[15:])
    assert end > 2 * begin


@pytest.mark.parametrize("style", [{}, {"scanner": {"skew_degrees": [4, 4]}}, {"page": {"brackets": 1}}])
def test_the_svg_beside_a_picture_shows_the_same_ink(draw: Draw, style: dict[str, Any]) -> None:
    sample = draw("C[C@H](O)C#CC(=O)[O-]", drawing={"svg": True, "classes": {"triple": "own"}}, **(LARGE | style))
    data = cairosvg.svg2png(sample.members["svg"], background_color="white")
    shown = decode(data, 10**8).min(axis=2) < 128  # labels have their elements' colours
    ink = picture(sample) < 128
    assert shown.shape == ink.shape
    assert (shown & ink).sum() / (shown | ink).sum() > 0.96
    paths = re.findall(rb'class="([^"]+)"', sample.members["svg"])
    names = [NAMES[a["category_id"]].encode() for a in sample.annotations]
    assert paths[: len(names)] == names
    assert set(paths[len(names) :]) <= {b"NOTHING"}
