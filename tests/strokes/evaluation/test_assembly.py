"""A domain's own eye on sketches: its measures, and another way to read the results."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from drawings import Studio, truthful
from scribbles import IDS

from maskline.contract.domain import Measures, Reading
from maskline.contract.kind.evaluation import Comparison, Evaluated
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.strokes.evaluation.assembly import assemble
from maskline.strokes.evaluation.config import StrokeEvaluation


class Eye:
    """Counts results; may read every part of a car as its body."""

    readings: Mapping[str, Reading] = {
        "bodies_only": lambda _, results: [
            {**result, "category_id": IDS["car/body"]} if result["category_id"] == IDS["car/wheel"] else {**result}
            for result in results
        ]
    }

    def score(self, truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Measures]:
        rows: dict[str, dict[str, float | int | None]] = {"all": {"results": len(results), "of": len(truth["images"])}}
        return {"so_many": Measures(caption="Counted.", columns=["results", "of"], rows=rows)}


@pytest.fixture
def evaluated(directory_store: Store) -> Evaluated:
    """A report on the truth, predicted as it is, and read otherwise."""
    studio = Studio(directory_store)
    dataset = studio.dataset(2)
    predictions = studio.predictions(dataset, truthful)
    results = [one for number in (0, 1) for one in json.loads(predictions.read(f"shards/0000{number}.json"))]
    shards = Dataset(dataset)
    places = {image["id"]: shard for shard in shards.shards("val") for image in shards.document(shard)["images"]}
    compared = Comparison(predictions, shards, shards.truth("val"), places, results, Eye())
    return assemble(StrokeEvaluation(reading="bodies_only"), compared)


def test_the_figures_of_a_reading_stand_beside_the_plain_ones(evaluated: Evaluated) -> None:
    assert evaluated.figures["stroke_accuracy"] == 1
    assert evaluated.figures["stroke_accuracy_bodies_only"] == 9 / 11
    metrics = json.loads(evaluated.files["metrics.json"])
    assert metrics["readings"]["bodies_only"]["macro_f1"] == evaluated.figures["macro_f1_bodies_only"] < 1


def test_sketches_are_told_and_shown_as_they_were_read(evaluated: Evaluated) -> None:
    car, _ = (json.loads(line) for line in evaluated.files["per_image.jsonl"].splitlines())
    assert [one["found"] for one in car["wrong"]] == ["car/body", "car/body"]
    page = evaluated.files["report.html"].decode()
    assert "Read bodies only, stroke accuracy is 0.818" in page
    assert "The worst sketches" in page


def test_the_domains_own_measures_have_a_table(evaluated: Evaluated) -> None:
    page = evaluated.files["report.html"].decode()
    assert "The domain&#x27;s own measures" in page
    assert "so many" in page
    assert "Counted." in page
