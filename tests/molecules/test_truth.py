"""What must hold for every picture, on two thousand random real molecules."""

import re
from collections import Counter

import cairosvg
import numpy as np
import numpy.typing as npt
import pytest
from pycocotools import mask as coco_mask
from rdkit import Chem
from slow_ink.coverage import cover
from slow_ink.outline import contours
from slow_ink.paths import bonds_show, ink_box, read_paths

from maskline.contract.picture import decode
from maskline.contract.shard import Sample
from maskline.molecules.categories import TABLE
from maskline.molecules.depiction import Depiction
from maskline.molecules.entry import domain
from maskline.molecules.placement import Placement, place
from maskline.molecules.style import Style

Molecules = list[tuple[Depiction, Sample]]
NAMES = {category.id: category.name for category in TABLE.categories}


pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # pycocotools' own


def picture_of(sample: Sample) -> npt.NDArray[np.uint8]:
    return decode(sample.members["png"], 10**7)


def paths_of(drawing: Depiction) -> list[tuple[str, str, str]]:
    """Read (class, d, rest) of every path that stands for a bond or a label, with a parser of the test's own."""
    found = re.findall(r"<path class='([^']*)' d='([^']*)'([^>]*)/>", drawing.svg)
    return [(name, data, rest) for name, data, rest in found if name.startswith(("bond-", "atom-"))]


def test_there_are_two_thousand_and_five_hundred_show_stereo(molecules: Molecules) -> None:
    assert len(molecules) == 2000
    assert sum(any(b.stereo in ("wedge", "dash") for b in drawing.bonds) for drawing, _ in molecules) >= 450
    assert sum("@" in sample.image["smiles"] for _, sample in molecules) >= 500


def test_the_union_of_the_masks_is_the_ink(molecules: Molecules) -> None:
    for _, sample in molecules:
        ink = picture_of(sample) < 128
        union = coco_mask.decode(coco_mask.merge([a["segmentation"] for a in sample.annotations])).astype(bool)
        assert np.array_equal(union, ink), sample.image["smiles"]


def test_no_ink_is_cut_off_at_the_picture_s_border(molecules: Molecules) -> None:
    for _, sample in molecules:
        picture = picture_of(sample)
        assert picture.shape == (sample.image["height"], sample.image["width"])
        border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        assert border.min() == 255, sample.image["smiles"]


def test_the_class_of_a_bond_is_what_was_drawn(molecules: Molecules) -> None:
    marks: Counter[str] = Counter()
    for drawing, sample in molecules:
        molecule = Chem.MolFromSmiles(sample.image["smiles"])
        for annotation in sample.annotations:
            name = NAMES[annotation["category_id"]]
            if name == "ATOM":
                continue
            begin, end = annotation["atoms"]
            pattern = re.compile(rf"bond-\d+ atom-{begin} atom-{end}$")
            mark = drawn_mark([(d, rest) for c, d, rest in paths_of(drawing) if pattern.match(c)])
            before = molecule.GetBondBetweenAtoms(begin, end) if max(begin, end) < molecule.GetNumAtoms() else None
            if mark in ("one line", "two lines") and before is not None and before.GetIsAromatic():
                mark = "aromatic"
            expected = {
                "one line": "SINGLE-NONE",
                "two lines": "DOUBLE-NONE",
                "wedge": "SINGLE-BEGINWEDGE",
                "strokes": "SINGLE-BEGINDASH",
                "aromatic": "AROMATIC-NONE",
            }[mark]
            assert name == expected, (sample.image["smiles"], annotation)
            marks[mark] += 1
    assert min(marks.values()) > 200
    assert len(marks) == 5


def drawn_mark(paths: list[tuple[str, str]]) -> str:
    """Say what a bond's paths show, from their number and kind alone."""
    if any("fill:none" not in rest for _, rest in paths):
        return "wedge"
    return {1: "one line", 2: "two lines"}.get(len(paths), "strokes")


def test_every_drawn_bond_and_label_has_exactly_one_instance(molecules: Molecules) -> None:
    for drawing, sample in molecules:
        names = {name for name, _, _ in paths_of(drawing)}
        bonds = {tuple(sorted(map(int, re.findall(r"atom-(\d+)", n)))) for n in names if n.startswith("bond-")}
        labels = {(int(n.removeprefix("atom-")),) for n in names if n.startswith("atom-")}
        labelled = [tuple(sorted(a["atoms"])) for a in sample.annotations]
        assert sorted(labelled) == sorted(bonds | labels), sample.image["smiles"]
        assert all(a["area"] > 0 for a in sample.annotations)


def test_area_and_bbox_agree_with_pycocotools(molecules: Molecules) -> None:
    for _, sample in molecules:
        masks = [a["segmentation"] for a in sample.annotations]
        assert [a["area"] for a in sample.annotations] == coco_mask.area(masks).tolist()
        assert [a["bbox"] for a in sample.annotations] == coco_mask.toBbox(masks).tolist()


def test_ids_are_unique_and_derive_from_the_index(molecules: Molecules) -> None:
    for _, sample in molecules:
        number = sample.image["id"]
        assert [a["id"] for a in sample.annotations] == [
            number * 10_000 + k + 1 for k in range(len(sample.annotations))
        ]
        assert {a["image_id"] for a in sample.annotations} == {number}


def test_a_bond_s_end_points_lie_at_the_ends_of_its_mask(molecules: Molecules) -> None:
    for _, sample in molecules[::10]:
        for annotation in sample.annotations:
            if "end_points" in annotation and max(annotation["bbox"][2:]) >= 20:
                x, y, w, h = annotation["bbox"]
                # A wide mark reaches beyond the line between its atoms by less than a third of the bond's length.
                reach = 2 + 0.3 * max(w, h)
                for at_x, at_y in annotation["end_points"]:
                    assert x - reach <= at_x <= x + w + reach
                    assert y - reach <= at_y <= y + h + reach
                (x0, y0), (x1, y1) = annotation["end_points"]
                assert max(abs(x1 - x0), abs(y1 - y0)) >= 0.4 * max(w, h)


def test_a_label_s_text_is_what_rdkit_writes(molecules: Molecules) -> None:
    """RDKit without FreeType writes letters as text: an oracle for our spelling, up to the order of the parts."""
    for _, sample in molecules[::4]:
        written = written_labels(sample.image["smiles"])
        for annotation in sample.annotations:
            if "text" in annotation:
                text = annotation["text"]
                assert sorted(text) == sorted(written.get(annotation["atoms"][0], "")), sample.image["smiles"]


def written_labels(smiles: str) -> dict[int, str]:
    from rdkit.Chem.Draw import rdMolDraw2D

    drawer = rdMolDraw2D.MolDraw2DSVG(300, 300, -1, -1, True)  # noqa: FBT003 - no FreeType, positional only
    drawer.drawOptions().prepareMolsBeforeDrawing = False
    drawer.DrawMolecule(rdMolDraw2D.PrepareMolForDrawing(Chem.MolFromSmiles(smiles)))
    drawer.FinishDrawing()
    texts: dict[int, str] = {}
    for atom, text in re.findall(r"<text [^>]*class='atom-(\d+)'[^>]*>(.*?)</text>", drawer.GetDrawingText()):
        texts[int(atom)] = texts.get(int(atom), "") + re.sub(r"<[^>]*>", "", text)
    return texts


def test_slow_code_draws_the_same(molecules: Molecules) -> None:
    """numpy's contours filled by FreeType, which is good to a few 256ths: only pixels half covered may differ."""
    options = domain.drawing("demo", {})
    different = pixels = 0
    for drawing, sample in molecules:
        paths = read_paths(drawing)
        assert bonds_show(drawing, paths)
        canvas = {"canvas_width_px": 256, "canvas_height_px": 256, "long_side_px": 384}
        placed = place(ink_box(paths).tolist(), options, Style(**sample.image["style"] | canvas))
        shapes = contours(drawing, paths, placed.scale, placed.shift, options.minimum_stroke_px)
        slow = cover(shapes, placed.width, placed.height)
        assert len(slow.owners) == len(sample.annotations)
        for k, annotation in enumerate(sample.annotations):
            x, y, w, h = slow.boxes[k].tolist()
            mask = coco_mask.decode(annotation["segmentation"])[y : y + h, x : x + w].astype(bool)
            assert mask.sum() == annotation["area"]
            sure = np.abs(slow.coverage(k).astype(int) - 128) > 24
            assert np.array_equal(mask & sure, (slow.coverage(k) >= 128) & sure), sample.image["smiles"]
            different += int((mask != (slow.coverage(k) >= 128)).sum())
            pixels += annotation["area"]
    assert different < 0.004 * pixels


def test_cairo_s_picture_of_the_same_drawing_has_the_same_ink(large_molecules: Molecules) -> None:
    """The slow oracle: RDKit's own SVG through cairosvg, at the place and scale of the picture.

    Cairo's coverage is good to about a fifteenth, so it draws at twice the size and pixels are averaged by fours.
    """
    options = domain.drawing("seed", {})
    for drawing, sample in large_molecules:
        placed = place(ink_box(read_paths(drawing)).tolist(), options, Style(**sample.image["style"]))
        png = cairosvg.svg2png(
            placed_svg(drawing, placed, options.minimum_stroke_px).encode(), background_color="white"
        )
        theirs = decode(png, 10**7)[..., 0].reshape(placed.height, 2, placed.width, 2).mean(axis=(1, 3))
        ours_ink, theirs_ink = picture_of(sample) < 128, theirs < 127.5
        overlap = (ours_ink & theirs_ink).sum() / (ours_ink | theirs_ink).sum()
        assert overlap >= 0.98, (sample.image["smiles"], overlap)


def placed_svg(drawing: Depiction, placed: Placement, minimum_stroke: float) -> str:
    """Return RDKit's SVG with the picture's box and twice its size, and with no stroke thinner than allowed."""
    thin = minimum_stroke / placed.scale
    left, top = -placed.shift / placed.scale
    box = f"{left} {top} {placed.width / placed.scale} {placed.height / placed.scale}"
    svg = re.sub(
        r"(fill:none[^>]*stroke-width:)([\d.]+)",
        lambda match: f"{match[1]}{max(float(match[2]), thin):.4f}",
        drawing.svg,
    )
    svg = re.sub(r"viewBox='[^']*'", f"viewBox='{box}'", svg)
    size = f"width='{2 * placed.width}px' height='{2 * placed.height}px'"
    svg = re.sub(r"width='\d+px' height='\d+px'", size, svg, count=1)
    return re.sub(r"<rect [^>]*>\s*</rect>", "", svg)
