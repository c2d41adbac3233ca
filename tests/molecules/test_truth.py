"""What must hold for every picture, on two thousand random real molecules, and against slower code."""

from collections import Counter
from collections.abc import Callable

import cairosvg
import numpy as np
import pytest
from rdkit import Chem
from slow_ink.contours import Contours
from slow_ink.coverage import cover
from truth.__main__ import POLICY, Drawer, chosen_entries
from truth.checks import faults

from maskline.contract.coco import rle
from maskline.contract.picture import decode
from maskline.contract.shard import Sample
from maskline.molecules.categories import table
from maskline.molecules.drawing.drawing import molecule_scene
from maskline.molecules.drawing.svg import svg_document
from maskline.molecules.entry import domain
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.labels.fonts import CUBIC, Font, Outlines
from maskline.molecules.layout.layout import lay_out
from maskline.molecules.layout.preparing import prepare
from maskline.molecules.layout.structure import Undrawable
from maskline.molecules.styles.style import sample_style

Draw = Callable[..., Sample]
NAMES = {category.id: category.name for category in table(POLICY).categories}


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """2,000 molecules of any size, the first 500 of them chosen for their stereo centres."""
    drawer = Drawer()
    drawn = []
    for entry in [*chosen_entries(500, stereo=True), *chosen_entries(1500, stereo=False)]:
        try:
            sample = drawer.draw(entry)
        except Undrawable:
            continue
        if sample is not None:
            drawn.append(sample)
    return drawn


def test_hardly_a_molecule_is_passed_over(samples: list[Sample]) -> None:
    assert len(samples) > 0.985 * 2000
    classes = Counter(NAMES[a["category_id"]] for sample in samples for a in sample.annotations)
    assert set(classes) >= {
        "SINGLE-NONE",
        "DOUBLE-NONE",
        "ATOM",
        "SINGLE-BEGINDASH",
        "SINGLE-BEGINWEDGE",
        "TRIPLE-NONE",
    }
    assert min(classes[name] for name in ("SINGLE-BEGINDASH", "SINGLE-BEGINWEDGE")) > 200
    assert classes["TRIPLE-NONE"] > 80


def test_masks_are_the_ink_and_classes_are_what_is_drawn(samples: list[Sample]) -> None:
    wrong = [(sample.image["smiles"], faults(sample, NAMES)) for sample in samples]
    assert [fault for fault in wrong if fault[1]] == []


def test_the_checks_see_a_wrong_class_and_a_missing_pixel(samples: list[Sample]) -> None:
    """A check that nothing can fail would say nothing."""
    sample = next(s for s in samples if len(s.annotations) > 5 and "end_points" in s.annotations[0])
    ids = {name: number for number, name in NAMES.items()}
    first = sample.annotations[0]
    for name in ("DOUBLE-NONE", "SINGLE-BEGINWEDGE", "ATOM"):
        if name != NAMES[first["category_id"]]:
            altered = [first | {"category_id": ids[name]}, *sample.annotations[1:]]
            assert faults(Sample(sample.stem, sample.members, sample.image, altered), NAMES)
    assert faults(Sample(sample.stem, sample.members, sample.image, sample.annotations[1:]), NAMES)
    mask = rle.decode(first["segmentation"])
    mask[tuple(np.argwhere(mask)[0])] = False
    holed = [first | {"segmentation": rle.encode(mask)}, *sample.annotations[1:]]
    assert faults(Sample(sample.stem, sample.members, sample.image, holed), NAMES)


def test_ids_are_unique_and_derive_from_the_index(samples: list[Sample]) -> None:
    for sample in samples[::10]:
        number = sample.image["id"]
        assert [a["id"] for a in sample.annotations] == [
            number * 10_000 + k + 1 for k in range(len(sample.annotations))
        ]
        assert {a["image_id"] for a in sample.annotations} == {number}


def test_a_label_s_text_is_what_rdkit_writes(samples: list[Sample]) -> None:
    """RDKit without FreeType writes letters as text: an oracle for our spelling, up to the order of the parts."""
    for sample in samples[::4]:
        written = written_labels(sample.image["smiles"])
        for annotation in sample.annotations:
            if "text" in annotation and annotation["element"] != "*":
                text = annotation["text"]
                assert sorted(text) == sorted(written.get(annotation["atoms"][0], "")), sample.image["smiles"]


def written_labels(smiles: str) -> dict[int, str]:
    import re

    from rdkit.Chem.Draw import rdMolDraw2D

    drawer = rdMolDraw2D.MolDraw2DSVG(300, 300, -1, -1, True)  # noqa: FBT003 - no FreeType, positional only
    drawer.drawOptions().prepareMolsBeforeDrawing = False
    drawer.drawOptions().includeRadicals = False
    drawer.DrawMolecule(rdMolDraw2D.PrepareMolForDrawing(Chem.MolFromSmiles(smiles)))
    drawer.FinishDrawing()
    texts: dict[int, str] = {}
    for atom, text in re.findall(r"<text [^>]*class='atom-(\d+)'[^>]*>(.*?)</text>", drawer.GetDrawingText()):
        texts[int(atom)] = texts.get(int(atom), "") + re.sub(r"<[^>]*>", "", text)
    return texts


def test_other_rasterisers_draw_the_same() -> None:
    """FreeType, good to a few 256ths, for every instance; Cairo, good to a fifteenth, for the whole picture."""
    options = domain.drawing("seed", {})
    # Curves of both kinds: telex and serif have conic ones, grotesque and the signs in circles cubic ones.
    fonts: tuple[Font, ...] = ("telex", "serif", "grotesque")
    style_options = options.styles["seed"].model_copy(update={"fonts": fonts, "charges": ("circled",)})
    canvas, outlines = Canvas(), Outlines(fonts)
    drawn = 0
    for number, entry in enumerate(chosen_entries(36, stereo=True)):
        style = sample_style("seed", style_options, np.random.default_rng(number))
        try:
            layout = lay_out(prepare(Chem.MolFromSmiles(entry.smiles), options.classes), style_options, style, outlines)
        except Undrawable:
            continue
        scene = molecule_scene(layout, outlines)
        left, top, right, bottom = layout.box
        width, height = int(right - left) + 20, int(bottom - top) + 20
        scene.place(((1, 0, 10 - left), (0, 1, 10 - top)), width, height)
        masks = canvas.draw(scene)
        if masks is None:
            continue
        drawn += 1
        contours = sorted(canvas.contours(), key=lambda contour: contour.owner)
        shapes = Contours(
            np.concatenate([c.points for c in contours]),
            np.concatenate([c.tags for c in contours]),
            np.array([len(c.points) for c in contours]),
            np.array([c.owner for c in contours]),
        )
        slow = cover(shapes, width, height)
        assert slow.owners.tolist() == [mask.owner for mask in masks]
        for k, mask in enumerate(masks):
            x, y, w, h = slow.boxes[k].tolist()
            ours = rle.decode(mask.segmentation)[y : y + h, x : x + w]
            # FreeType draws cubic curves with fewer chords.
            curved = any(CUBIC in c.tags for c in contours if c.owner == mask.owner)
            sure = np.abs(slow.coverage(k).astype(int) - 128) > (48 if curved else 24)
            assert np.array_equal(ours & sure, (slow.coverage(k) >= 128) & sure), entry.smiles
        svg = svg_document(contours, [], width, height)
        theirs = decode(cairosvg.svg2png(svg.encode(), scale=2, background_color="white"), 10**8)[..., 0]
        theirs_ink = theirs.reshape(height, 2, width, 2).mean(axis=(1, 3)) < 127.5
        ours_ink = canvas.dark() >= 128
        overlap = (ours_ink & theirs_ink).sum() / (ours_ink | theirs_ink).sum()
        assert overlap >= 0.98, (entry.smiles, overlap)
    assert drawn > 20
