"""Thresholds sealed beside a checkpoint, from its predictions and the truth."""

import json
from typing import Any

import pytest
from laboratory import Lab, Spoil

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.errors import EmptySplit, InvalidInput
from maskline.contract.thresholds import held_by, read_thresholds
from maskline.evaluate.config import EvaluateInputs, TuneConfig
from maskline.evaluate.tuning import tune

FLOOR: dict[str, Any] = {"config": {"score_threshold": 0.05}}


def tuned(predictions: Artifact, dataset: Artifact, objective: str = "f1", split: str = "val") -> Artifact:
    config, inputs = (
        TuneConfig(objective=objective, split=split),
        {"predictions": predictions.uri, "dataset": dataset.uri},
    )
    return tune(config, EvaluateInputs(**inputs), predictions.store)


@pytest.mark.parametrize("objective", ["f1", "ap", "kaggle"])
def test_thresholds_name_what_they_were_made_from_and_hold(lab: Lab, spoils: dict[str, Spoil], objective: str) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset, spoils["human"], **FLOOR)

    found = tuned(predictions, dataset, objective)

    checkpoint = open_sealed(predictions.manifest.inputs["checkpoint"], "checkpoint")
    assert found.manifest.inputs == {
        "checkpoint": checkpoint.uri, "predictions": predictions.uri, "dataset": dataset.uri
    }  # fmt: skip
    assert found.manifest.config == {"objective": objective, "split": "val"}
    held = held_by(checkpoint, lab.store)
    assert held is not None
    assert held.uri == found.uri
    told = found.manifest.figures["classes"]
    assert told["ghost"]["kept"] == "nothing of it is in these pictures"
    assert {name for name, of in told.items() if not of["kept"]} == {*read_thresholds(found, checkpoint).classes}
    assert found.manifest.figures["after"] >= found.manifest.figures["before"]


def test_the_same_is_sealed_once_and_holds_again(lab: Lab) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset, **FLOOR)
    checkpoint = open_sealed(predictions.manifest.inputs["checkpoint"], "checkpoint")
    uris = [tuned(predictions, dataset, objective).uri for objective in ("f1", "kaggle", "f1")]
    assert uris[0] == uris[2] != uris[1]
    held = held_by(checkpoint, lab.store)
    assert held is not None
    assert held.uri == uris[0]


@pytest.mark.parametrize(
    ("fields", "objective", "told"),
    [
        (
            FLOOR,
            "accuracy",
            r"objective = 'accuracy': records of kind 'coco/1' are not tuned .* \(there are: f1, ap, kaggle",
        ),
        ({"config": {"score_threshold": 0.05, "thresholds": {"ring": 0.7}}}, "f1", "was cut by thresholds of classes"),
        ({"config": {"score_threshold": 0.05, "min_pixels": {"ring": 7}}}, "f1", "was cut by thresholds of classes"),
        (FLOOR | {"inputs": {}}, "f1", "was made by no checkpoint"),
    ],
)
def test_what_cannot_be_tuned_is_refused_and_leaves_nothing(
    lab: Lab, fields: dict[str, Any], objective: str, told: str
) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset, **fields)
    with pytest.raises(InvalidInput, match=told):
        tuned(predictions, dataset, objective)
    assert lab.store.list("thresholds") == lab.store.list("tuned") == []


def test_a_split_that_is_not_there_is_named(lab: Lab) -> None:
    dataset = lab.dataset()
    with pytest.raises(EmptySplit, match="test"):
        tuned(lab.predictions(dataset, **FLOOR), dataset, split="test")


def test_the_verb_says_where_they_are(lab: Lab, start: Any) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset, **FLOOR)
    asked = {"predictions_uri": predictions.uri, "dataset_uri": dataset.uri, "objective": "f1", "split": "val"}

    done = start("tune", ["thresholds_uri"], {}, **asked)

    assert done.code == 0, done.stderr
    found = open_sealed(done.outputs["thresholds_uri"], "thresholds")
    assert json.loads(found.read("thresholds.json"))["schema_version"] == "maskline/thresholds/1"
