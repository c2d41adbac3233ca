"""Sketches through the evaluate stage: from sealed artifacts to a sealed report, and what is read from it."""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from drawings import NAMED, Studio, draw, metrics_of, truthful
from scribbles import IDS, TABLE

from maskline.contract.errors import Corrupt
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store import Store
from maskline.evaluate.config import PromoteConfig
from maskline.evaluate.promote import PromoteInputs, promote
from maskline.strokes.evaluation.entry import evaluation
from maskline.strokes.evaluation.figures import figures
from maskline.strokes.sketch import Sketch, to_sample


@pytest.fixture
def studio(directory_store: Store) -> Studio:
    return Studio(directory_store)


def test_a_report_tells_the_figures_that_training_watches(studio: Studio) -> None:
    dataset = studio.dataset()
    report = studio.report(predictions := studio.predictions(dataset), dataset)
    truth, results, given = Dataset(dataset).truth("val"), [], dict[int, list[int]]()
    for number in (0, 1):
        results += json.loads(predictions.read(f"shards/0000{number}.json"))
        given |= {one["id"]: one["given"] for one in json.loads(predictions.read(f"images/0000{number}.json"))}
    found = figures(truth, results, given)
    told = report.manifest.figures
    assert {name: told[name] for name in found} == pytest.approx(found)
    assert metrics_of(report).figures == pytest.approx(found)
    assert 0.9 < told["stroke_accuracy"] < 1 == told["given_stroke_accuracy"]
    assert (told["images"], told["strokes"], told["objects"]) == (12, 92, 16)


def test_the_truth_predicted_is_right_in_every_way(studio: Studio) -> None:
    dataset = studio.dataset()
    report = studio.report(studio.predictions(dataset, truthful), dataset)
    assert set(metrics_of(report).figures.values()) == {1.0}
    lines = [json.loads(line) for line in report.read("per_image.jsonl").splitlines()]
    assert [line["image_id"] for line in lines] == list(range(1, 13))
    assert all(line["wrong"] == [] and line["right"] == line["stroke_accuracy"] == 1 for line in lines)
    assert "The worst sketches" not in report.read("report.html").decode()


def test_each_line_tells_which_strokes_of_a_sketch_are_wrong(studio: Studio) -> None:
    dataset = studio.dataset(2)

    def wheels_are_bodies(result: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        del rng
        wheel = NAMED[result["category_id"]] == "car/wheel"
        return result | {"category_id": IDS["car/body"]} if wheel else result

    report = studio.report(studio.predictions(dataset, wheels_are_bodies), dataset)
    car, horse = (json.loads(line) for line in report.read("per_image.jsonl").splitlines())
    assert car == {
        "image_id": 1,
        "file_name": "drawn/0000.json",
        "strokes": 4,
        "stroke_accuracy": 0.5,
        "right": 0.5,
        "wrong": [{"stroke": stroke, "truth": "car/wheel", "found": "car/body", "why": "part"} for stroke in (2, 3)],
        "objects": [{"object": 1, "category": "car", "found": "car", "iou": 1.0}],
    }
    assert horse["wrong"] == []


def test_nothing_predicted_is_a_report_like_any_other(studio: Studio) -> None:
    dataset = studio.dataset()
    nothing = studio.seal("predictions", "none", {"shards/00000.json": b"[]"}, inputs={"dataset": dataset.uri})
    report = studio.report(nothing, dataset)
    metrics = metrics_of(report)
    assert (metrics.unanswered, metrics.figures["stroke_accuracy"], metrics.figures["object_ap"]) == (12, 0, 0)
    assert metrics.figures["given_stroke_accuracy"] is None
    assert "For 12 sketches there is no result" in evaluation.summary(report)


def test_predictions_made_elsewhere_need_not_tell_what_they_would_be_with_objects_given(studio: Studio) -> None:
    dataset = studio.dataset()
    figures_told = studio.report(studio.predictions(dataset, told=False), dataset).manifest.figures
    assert figures_told["given_stroke_accuracy"] is None
    assert figures_told["stroke_accuracy"] > 0.9


def test_an_index_that_is_none_is_refused(studio: Studio) -> None:
    dataset = studio.dataset()
    files = {"shards/00000.json": b"[]", "images/00000.json": b'{"given": []}'}
    broken = studio.seal("predictions", "broken", files, inputs={"dataset": dataset.uri})
    with pytest.raises(Corrupt, match=r"images/00000\.json is not a list of records"):
        studio.report(broken, dataset)


def test_a_result_that_does_not_tell_its_object_is_refused(studio: Studio) -> None:
    dataset = studio.dataset()
    result = {"image_id": 1, "category_id": IDS["car"], "score": 1, "strokes": [0]}
    files = {"shards/00000.json": json.dumps([result]).encode()}
    broken = studio.seal("predictions", "broken", files, inputs={"dataset": dataset.uri})
    with pytest.raises(Corrupt, match="holds a result without 'object'"):
        studio.report(broken, dataset)


def test_a_sketch_that_is_not_what_its_record_says_is_refused(studio: Studio) -> None:
    sketch = draw(0)
    sample, fewer = (to_sample(each, 0, "0", TABLE) for each in (sketch, Sketch(sketch.name, sketch.strokes[:-1])))
    broken = Sample(sample.stem, fewer.members, sample.image, sample.annotations)
    dataset = studio.seal("dataset", "broken", studio.shard(0, [broken]))
    nothing = studio.seal("predictions", "none", {"shards/00000.json": b"[]"}, inputs={"dataset": dataset.uri})
    with pytest.raises(Corrupt, match=r"drawn/0000\.json of .* has 3 strokes, but its record says 4"):
        studio.report(nothing, dataset)


def test_the_better_of_two_checkpoints_wins_by_stroke_accuracy(studio: Studio) -> None:
    dataset = studio.dataset()
    report = studio.report(studio.predictions(dataset), dataset)
    standing = evaluation.standing(report)
    metrics = metrics_of(report)
    assert (standing.measure, standing.figure) == ("stroke accuracy", metrics.figures["stroke_accuracy"])
    assert standing.per_class == {name: of.f1 for name, of in metrics.per_class.items()}
    assert set(standing.per_class) == {name for name in IDS if "/" in name}
    inputs = PromoteInputs(report=report.uri, champion_report="", domain="scribbles", run="run-1")
    assert promote(PromoteConfig(), inputs, studio.store, "2026-01-01T00:00:00+00:00").decision == "promoted"


def test_the_terminal_shows_figures_categories_and_parts(studio: Studio) -> None:
    dataset = studio.dataset()
    report = studio.report(studio.predictions(dataset), dataset)
    tables, metrics = evaluation.tables(report), metrics_of(report)
    assert list(tables) == ["figures", "categories", "parts"]
    assert tables["figures"].rows["Stroke accuracy"] == {"found": metrics.figures["stroke_accuracy"], "told": 1.0}
    assert list(tables["categories"].rows) == ["all", "car", "horse"]
    assert tables["parts"].rows["car/wheel"]["strokes"] == metrics.per_class["car/wheel"].strokes


def test_the_summary_says_which_figure_of_sides_is_which(studio: Studio) -> None:
    dataset = studio.dataset()
    report = studio.report(studio.predictions(dataset), dataset)
    summary, told = evaluation.summary(report), report.manifest.figures
    assert summary.startswith(f"# Stroke accuracy {told['stroke_accuracy']:.3f}\n")
    assert f"Told from the drawing alone, left or right is correct for {told['side_accuracy']:.1%}" in summary
    assert f"as InstanceSketch reports it, it would be {told['side_accuracy_flip_by_truth']:.1%}." in summary
    assert f"`{report.uri}`" in summary


def test_what_only_says_how_a_report_is_shown_does_not_keep_two_from_being_compared() -> None:
    assert set(evaluation.evaluation_config.model_fields) - evaluation.showing == {"split"}


def test_importing_the_entry_loads_nothing_heavy() -> None:
    program = "import sys, maskline.strokes.evaluation.entry; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert not {"torch", "numpy", "PIL", "faster_coco_eval"} & set(loaded.split())


def test_the_sources_of_all_that_a_report_is_made_with_count() -> None:
    module = "maskline.strokes.evaluation.assembly"
    program = f"import sys, {module}; print(*(name for name in sys.modules if name.startswith('maskline.strokes.')))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    counted = tuple(f"{name}." for name in evaluation.modules)
    assert module in loaded
    assert [name for name in loaded if not f"{name}.".startswith(counted)] == []
    assert not any("networks" in name or "torch" in name for name in loaded)
