"""The model that comes with Maskline: small, from nowhere in particular, and able to see."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import require_same
from maskline.contract.coco import rle
from maskline.contract.domain import RenderDomain, load_domain
from maskline.contract.published import KEYWORD
from maskline.pipelines.command_line import app

DRAWN = {"classes": {"aromatic": "drawn"}}
"""The policy of the published model: a bond of an aromatic ring is labelled as the lines it is drawn with."""
MOST_BYTES = 15_000_000
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model() -> Artifact:
    return open_sealed(KEYWORD, "checkpoint")


@pytest.fixture(scope="module")
def molecules() -> RenderDomain:
    found: RenderDomain = load_domain("maskline.render", "molecules")
    return found


def test_it_is_small_and_every_byte_is_what_its_manifest_says(model: Artifact) -> None:
    contents = {name: model.read(name) for name in model.manifest.files}

    assert contents.keys() == {"model.safetensors", "model.yaml", "training.json", "log.jsonl"}
    assert sum(map(len, contents.values())) <= MOST_BYTES


def test_nothing_in_it_names_a_machine(model: Artifact) -> None:
    texts = [model.read(name) for name in ("model.yaml", "training.json", "log.jsonl")]
    texts.append(model.store.read(f"{model.manifest.prefix}/manifest.json"))

    found = [match for text in texts for match in re.findall(rb"\S*://\S*|[\"'](?:/|~|[A-Z]:\\)[^\"']*[\"']", text)]
    assert found == []


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
