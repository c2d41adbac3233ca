"""Objects from drawings that people made: taken as they are, each for one split alone."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.errors import EmptySplit, InvalidInput, NotFound
from maskline.contract.kind.exchange import OWN, ImportConfig
from maskline.contract.kind.mapping import settle
from maskline.sketches.entry import domain
from maskline.strokes.sketch import Sketch, of_sample

PLAIN = {"turn": 0, "slant": 0, "stretch": 0, "bend": 0}
CLASSES = ["boat", "boat/hull", "boat/mast", "kite", "kite/hull", "kite/mast"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Drawings of two categories as InstanceSketch keeps them; no two of a category have as many strokes."""
    for category in ("boat", "kite"):
        (tmp_path / category).mkdir()
        for count in range(2, 22):
            lines = [[[x, 0], [x, 10 + x]] for x in range(count)]
            segments = [["hull", "hull"]] + [["mast", "mast"]] * (count - 1)
            (tmp_path / category / f"{count}.json").write_text(json.dumps({"lines": lines, "segments": segments}))
    return tmp_path


def drawn(split: str, count: int, **options: Any) -> list[Sketch]:
    drawing = domain.drawing("demo", {"hand": PLAIN, "held_out_share": 0.3, **options})
    renderer, table = domain.open(drawing), domain.categories(drawing)
    return [of_sample(renderer.draw(i, split, np.random.default_rng([3, i])), table) for i in range(count)]


def test_an_object_has_the_strokes_and_parts_of_its_drawing(folder: Path) -> None:
    for sketch in drawn("train", 30, drawings=str(folder), objects=[1, 3]):
        for thing in sketch.things:
            hull, mast = thing.parts
            assert (hull.name, mast.name, mast.crowd) == ("hull", "mast", True)
            assert (*hull.strokes, *mast.strokes) == thing.strokes
            heights = [np.ptp(sketch.strokes[number].points[:, 1]) for number in thing.strokes]
            assert heights[1] / heights[0] == pytest.approx(1.1, abs=0.02)


def test_no_drawing_is_in_both_splits(folder: Path) -> None:
    seen = {
        split: {(sketch.things[0].category, len(sketch.strokes)) for sketch in drawn(split, 150, drawings=str(folder))}
        for split in ("train", "val")
    }
    assert not seen["train"] & seen["val"]
    assert len(seen["train"] | seen["val"]) > 35


def test_folders_that_name_a_split_say_it_themselves(folder: Path) -> None:
    for split, category in {"train": "boat", "val": "kite"}.items():
        (folder / split).mkdir()
        (folder / category).rename(folder / split / category)
    options = {"drawings": str(folder), "categories": {"boat": 1}}
    assert {len(sketch.strokes) for sketch in drawn("train", 200, **options)} == set(range(2, 22))
    with pytest.raises(EmptySplit, match="none of category 'boat' is for split 'val'"):
        drawn("val", 1, **options)


def test_the_table_is_that_of_an_import_of_the_same_drawings(folder: Path) -> None:
    config = ImportConfig(sources=(str(folder),), name="x", domain="sketches", categories=OWN)
    found = domain.categories(domain.drawing("demo", {"drawings": str(folder)}))
    assert found == settle(config, CLASSES, CLASSES).table


def test_a_plan_knows_what_the_drawings_hold_and_reads_them_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = domain.drawing("demo", {"drawings": str(folder)})
    assert list(options.model_dump()["classes"]) == CLASSES
    before = domain.sources(options)
    with monkeypatch.context() as patch:
        patch.setattr("maskline.sketches.collected.classes_of", None)
        assert domain.drawing("demo", options.model_dump(mode="json")) == options
    (folder / "boat/2.json").write_text(json.dumps({"lines": [[[0, 0], [1, 1]]], "segments": [["hull", "hull"]]}))
    assert domain.sources(options) != before
    assert domain.sources(domain.drawing("demo", {})) == {}


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        ({"categories": {"car": 1}}, r"unknown car \(there are: boat, kite\)"),
        ({"own": [{"category": "x", "looks": {"a": {"pieces": [{"part": "y"}]}}}]}, "do not go together"),
    ],
)
def test_what_does_not_go_with_drawings_is_refused(folder: Path, overrides: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        domain.drawing("demo", {"drawings": str(folder), **overrides})


def test_drawings_that_cannot_be_used_are_named(folder: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        domain.drawing("demo", {"drawings": f"{folder}/nowhere"})
    (folder / "boat/2.json").write_text("{")
    with pytest.raises(InvalidInput, match=r"2\.json: it is no JSON"):
        domain.drawing("demo", {"drawings": str(folder)})
    (folder / "splits.json").write_text('{"train": ["boat/2.json"]}')
    with pytest.raises(InvalidInput, match="no object is labelled"):
        domain.drawing("demo", {"drawings": f"{folder}/splits.json"})
