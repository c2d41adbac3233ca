"""The model of sketches that comes with Maskline reads drawings that nobody made for it."""

import json
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from maskline.contract.artifact import Artifact, open_sealed
from maskline.pipelines.command_line import app

ROOT = Path(__file__).parents[2]
WORD = "published-sketches"


def ring(x: float, y: float, wide: float, high: float) -> str:
    turns = [2 * math.pi * step / 24 for step in range(25)]
    return "M" + " L".join(f"{x + wide * math.cos(turn):.0f},{y + high * math.sin(turn):.0f}" for turn in turns)


Parts = list[tuple[str, str]]
"""The way of each stroke, as SVG has it, and the part it is."""
DRAWINGS: dict[str, Parts] = {
    "candle": [
        ("M100,80 V220 H150 V80 H100", "main"),
        ("M125,78 V62", "candlewick"),
        (ring(125, 48, 10, 18), "fire"),
    ],
    "face": [
        (ring(128, 128, 90, 100), "outline of face"),
        (ring(95, 100, 10, 8), "eye or eyebrow"),
        (ring(160, 100, 10, 8), "eye or eyebrow"),
        ("M128,115 L120,145 L133,147", "nose"),
        ("M90,175 L110,190 L150,190 L168,173", "mouth"),
    ],
    "ice_cream": [
        ("M80,110 L128,230 L176,110", "Sweet tube"),
        ("M80,110 L70,80 L95,45 L128,30 L165,45 L185,80 L176,110 L80,110", "cream or ornament"),
    ],
    "coffee_cup": [
        ("M70,80 L80,200 H160 L170,80", "body"),
        (ring(120, 80, 50, 12), "body"),
        ("M166,100 L200,105 L205,140 L190,165 L162,165", "handle"),
    ],
    "pig": [
        (ring(130, 140, 80, 50), "body"),
        (ring(60, 120, 35, 32), "outline of head"),
        (ring(40, 125, 12, 10), "nose"),
        ("M45,92 L50,70 L65,88", "ear"),
        (ring(60, 110, 3, 3), "eye and eyebrow"),
        ("M90,180 V215 H105 V186", "limbs and legs"),
        ("M165,182 V215 H180 V175", "limbs and legs"),
        ("M208,130 L220,120 L228,130 L220,138", "tail"),
    ],
}


def as_svg(parts: Parts) -> str:
    paths = "".join(f'<path d="{way}" fill="none" stroke="black"/>' for way, _ in parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256">{paths}</svg>'


def test_it_says_what_a_drawing_shows_and_which_part_every_stroke_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, parts in DRAWINGS.items():
        Path(f"{name}.svg").write_text(as_svg(parts))

    done = CliRunner().invoke(app, ["predict", *(f"{name}.svg" for name in DRAWINGS)])

    assert done.exit_code == 0, done.output
    document = json.loads(Path("masks/instances.json").read_text())
    names = {category["id"]: category["name"] for category in document["categories"]}
    for image in document["images"]:
        category = Path(image["file_name"]).stem
        results = [one for one in document["annotations"] if one["image_id"] == image["id"]]
        found = {stroke: names[one["category_id"]] for one in results for stroke in one["strokes"]}
        told = {stroke: f"{category}/{part}" for stroke, (_, part) in enumerate(DRAWINGS[category])}
        assert [names[one["category_id"]] for one in results if "/" not in names[one["category_id"]]] == [category]
        assert {stroke: name for stroke, name in found.items() if "/" in name} == told


def test_its_card_says_which_it_is_and_what_its_training_measured() -> None:
    model: Artifact = open_sealed(WORD, "checkpoint")
    card = (ROOT / "models/README.md").read_text()
    training = json.loads(model.read("training.json"))
    row = next(line for line in card.splitlines() if line.startswith("| rows 500 to 599, while"))

    assert model.uri in card
    assert f"{training['step']:,} steps of {training['config']['batch_images']} drawings" in card
    measured = [training["figures"][name] for name in ("stroke_accuracy", "macro_f1", "component_accuracy")]
    assert row.split("|")[2:5] == [f" {figure:.3f} " for figure in measured]
