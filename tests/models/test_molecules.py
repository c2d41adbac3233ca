"""The model of molecules that comes with Maskline is able to see."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem.Draw import rdMolDraw2D
from typer.testing import CliRunner

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import require_same
from maskline.contract.coco import rle
from maskline.contract.domain import RenderDomain, load_domain
from maskline.contract.picture import decode
from maskline.contract.published import KEYWORD
from maskline.pictures.networks.checkpoint import load_segmenter
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.inference import segment
from maskline.pictures.prediction.tiles.finding import TilingFinder
from maskline.pipelines.command_line import app

DRAWN = {"classes": {"aromatic": "drawn"}}
"""The policy of the published model: a bond of an aromatic ring is labelled as the lines it is drawn with."""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model() -> Artifact:
    return open_sealed(KEYWORD, "checkpoint")


@pytest.fixture(scope="module")
def molecules() -> RenderDomain:
    found: RenderDomain = load_domain("maskline.render", "molecules")
    return found


def test_it_predicts_the_classes_that_molecules_are_drawn_with(model: Artifact, molecules: RenderDomain) -> None:
    table = molecules.categories(molecules.drawing("all", DRAWN))
    require_same(model.manifest.categories, model.uri, table, "the domain")


def test_it_finds_nine_bonds_of_ten_in_clean_drawings(
    molecules: RenderDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    style = {"styles": {"clean": {"bond_length_px": [50, 60], "rotation_degrees": [0, 0]}}}
    renderer = molecules.open(molecules.drawing("clean", DRAWN | style))
    samples = [renderer.draw(number, "val", np.random.default_rng([9, number])) for number in range(4)]
    monkeypatch.chdir(tmp_path)
    for number, sample in enumerate(samples):
        Path(f"{number}.png").write_bytes(sample.members["png"])
    Path("note.png").write_text("not a picture")

    done = CliRunner().invoke(app, ["predict", "."])

    assert done.exit_code == 1
    assert "unreadable   note.png: the file is no picture of a known format" in done.stderr
    document = json.loads(Path("masks/instances.json").read_text())
    names = {category["id"]: category["name"] for category in document["categories"]}
    bonds, found = 0, 0
    for number, sample in enumerate(samples, 1):
        results = [each for each in document["annotations"] if each["image_id"] == number]
        truth = [each for each in sample.annotations if names[each["category_id"]] != "ATOM"]
        bonds, found = bonds + len(truth), found + sum(_is_found(bond, results) for bond in truth)
    assert found >= 0.9 * bonds > 0


def _is_found(truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether an instance of the same class shares half of its pixels, those of either counted, with the truth."""
    mask = rle.decode(truth["segmentation"])
    alike = (each for each in results if each["category_id"] == truth["category_id"])
    masks = (rle.decode(each["segmentation"]) for each in alike)
    return any((mask & other).sum() >= 0.5 * (mask | other).sum() for other in masks)


def test_its_card_says_which_it_is_and_what_its_training_measured(model: Artifact) -> None:
    card = (ROOT / "models/README.md").read_text()
    training = json.loads(model.read("training.json"))
    row = next(line for line in card.splitlines() if line.startswith("| validation") and "while it was trained" in line)

    assert model.uri in card
    assert f"{training['step']:,} steps of {training['config']['batch_images']} pictures" in card
    assert f"{training['config']['validation_images']} pictures" in row
    measured = [training["figures"][name] for name in ("mask_ap50", "mask_ap", "mask_ap75")]
    assert row.split("|")[2:5] == [f" {figure:.3f} " for figure in measured]


def test_the_picture_in_its_card_is_small() -> None:
    assert (ROOT / "docs/images/prediction.png").stat().st_size <= 150_000


SMILES = ("C[C@H](N)C(=O)Nc1ccc(F)cc1S", "O=C1NC(=S)SC1=Cc1ccc(F)cc1", "CCOP(=O)(OCC)Cc1ccc(Br)cc1")
Colour = tuple[float, float, float]
Drawing = NDArray[np.uint8]


def drawn_by_rdkit(smiles: str, palette: str, highlight: Colour) -> Drawing:
    """Draw a molecule with its first atoms and the bonds between them on a highlight.

    palette: black, default or dark.
    """
    molecule = Chem.MolFromSmiles(smiles)
    canvas = rdMolDraw2D.MolDraw2DCairo(-1, -1)
    options = canvas.drawOptions()
    options.fixedBondLength = options.scalingFactor = 60
    if palette == "black":
        options.useBWAtomPalette()
    if palette == "dark":
        rdMolDraw2D.SetDarkMode(canvas)
    atoms = list(range(6))
    bonds = [
        bond.GetIdx() for bond in molecule.GetBonds() if {bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()} <= {*atoms}
    ]
    rdMolDraw2D.PrepareAndDrawMolecule(
        canvas,
        molecule,
        highlightAtoms=atoms,
        highlightBonds=bonds,
        highlightAtomColors=dict.fromkeys(atoms, highlight),
        highlightBondColors=dict.fromkeys(bonds, highlight),
    )
    canvas.FinishDrawing()
    return decode(canvas.GetDrawingText(), 10**7)


def in_black(smiles: str) -> Drawing:
    return drawn_by_rdkit(smiles, "black", (1, 1, 1))


def on_a_card(smiles: str) -> Drawing:
    framed = np.full([side + 160 for side in in_black(smiles).shape[:2]] + [3], (35, 38, 46), np.uint8)
    framed[80:-80, 80:-80] = in_black(smiles)
    return framed


def beside_a_bar(smiles: str) -> Drawing:
    grey = (170 + in_black(smiles) / 3).astype(np.uint8)
    grey[:, -8:] = 0
    return grey


@pytest.fixture(scope="module")
def segmenter(model: Artifact) -> Segmenter:
    return load_segmenter(model)


@pytest.mark.parametrize(
    ("draw", "corner"),
    [
        (partial(drawn_by_rdkit, palette="default", highlight=(1, 1, 1)), 0),
        (partial(drawn_by_rdkit, palette="dark", highlight=(0, 0, 0)), 0),
        (partial(drawn_by_rdkit, palette="default", highlight=(1, 0.5, 0.5)), 0),
        (partial(drawn_by_rdkit, palette="black", highlight=(0.7, 1, 0.7)), 0),
        (on_a_card, 80),
        (beside_a_bar, 0),
    ],
    ids=["colours", "dark", "highlights", "green", "card", "bar"],
)
def test_what_it_finds_in_black_it_finds_in_colours_and_on_other_grounds(
    segmenter: Segmenter, draw: Callable[[str], Drawing], corner: int
) -> None:
    found = []
    for smiles in SMILES:
        plain, other = in_black(smiles), draw(smiles)
        (expected,), (results,) = (segment(segmenter, [picture], 0.5) for picture in (plain, other))
        inside = np.s_[corner : corner + plain.shape[0], corner : corner + plain.shape[1]]
        masks = [(each["category_id"], rle.decode(each["segmentation"])[inside]) for each in results]
        found += [_is_among(each, masks) for each in expected]

    assert len(found) > 40
    assert np.mean(found) >= 0.95


SURE = 0.6
"""A score that does not fall below one half when a drawing is scaled from another pixel on."""


def test_a_page_of_twelve_molecules_gives_in_tiles_what_its_twelve_crops_give(segmenter: Segmenter) -> None:
    crops = [in_black(smiles) for smiles in SMILES]
    drawn = [crop.min(axis=2) if crop.ndim == 3 else crop for crop in crops]
    height, width = (max(crop.shape[axis] for crop in drawn) for axis in (0, 1))
    corners = [(row * height, column * width) for row in range(4) for column in range(3)]
    page = np.full((4 * height, 3 * width), 255, np.uint8)
    for number, (top, left) in enumerate(corners):
        crop = drawn[number % 3]
        page[top : top + crop.shape[0], left : left + crop.shape[1]] = crop

    (found,) = TilingFinder(segmenter, PicturePrediction(score_threshold=0.5, tile_px=900))([page])
    expected = [segment(segmenter, [crop], 0.5)[0] for crop in drawn]
    wanted = [expected[number % 3] for number in range(12)]

    masks = [(each["category_id"], rle.decode(each["segmentation"])) for each in found.instances]
    assert abs(len(masks) - sum(map(len, wanted))) <= 0.03 * len(masks)
    same = []
    for number, (top, left) in enumerate(corners):
        h, w = drawn[number % 3].shape
        inside = [(class_, mask[top : top + h, left : left + w]) for class_, mask in masks]
        same += [_is_among(each, inside) for each in wanted[number] if each["score"] >= SURE]
    assert len(same) > 220
    assert np.mean(same) >= 0.98


def _is_among(wanted: Mapping[str, Any], masks: Sequence[tuple[int, NDArray[np.bool_]]]) -> bool:
    """Say whether one of the masks of its class overlaps it by an IoU of one half."""
    mask = rle.decode(wanted["segmentation"])
    return any(
        (mask & other).sum() >= 0.5 * (mask | other).sum() for class_, other in masks if class_ == wanted["category_id"]
    )
