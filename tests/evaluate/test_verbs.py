"""The stage as Kubeflow starts it: one executor input in, parameters, artifacts and an exit code out."""

from typing import Any

import pytest
from laboratory import Lab

RUN_ARTIFACTS = {"metrics": "system.Metrics", "report": "system.HTML", "summary": "system.Markdown"}

CONTEST: dict[str, Any] = {
    "domain": "shapes",
    "promote_margin": 0.0,
    "largest_class_drop": 0.05,
    "overrides": '{"evaluate": {"worst_cases": 2}, "train": {}}',
}
DECIDED = ["report_uri", "decision", "reason", "champion_uri"]


def test_run_hands_over_a_report(lab: Lab, start: Any) -> None:
    dataset = lab.dataset()
    form = {"dataset_uri": dataset.uri, "domain": "shapes", "reading": "", "overrides": CONTEST["overrides"]}
    ran = start("run", ["report_uri"], RUN_ARTIFACTS, predictions_uri=lab.predictions(dataset).uri, **form)
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.outputs["report_uri"].startswith(f"{lab.store.uri}/reports/narrow-")
    assert ran.metadata["metrics"]["mask_ap50"] == pytest.approx(0.857, abs=0.001)
    assert all(isinstance(value, (int, float)) for value in ran.metadata["metrics"].values())
    assert ran.files["report"].startswith("<!doctype html>")
    assert len([path for path in lab.store.list("reports") if "worst" in path]) == 2
    assert "| line | " in ran.files["summary"]


def test_a_contest_evaluates_decides_and_shows_both_in_one_step(lab: Lab, start: Any) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    entry = CONTEST | {"predictions_uri": predictions.uri, "champion_predictions_uri": "", "dataset_uri": dataset.uri}
    for decision, run in (("promoted", "one"), ("promoted", "one"), ("unchanged", "two")):
        ended = start("contest", DECIDED, RUN_ARTIFACTS, **(entry | {"run": run}))
        assert (ended.code, ended.outputs["decision"]) == (0, decision)
        assert ended.outputs["champion_uri"] == predictions.manifest.inputs["checkpoint"]
        assert ended.outputs["reason"] in ended.files["summary"]
        assert "| line | " in ended.files["summary"]
        assert ended.files["report"].startswith("<!doctype html>")
        assert ended.metadata["metrics"]["mask_ap50"] == pytest.approx(0.857, abs=0.001)
        entry |= {"champion_predictions_uri": predictions.uri}


def test_a_champion_whose_predictions_are_damaged_stays_and_the_run_ends_well(
    lab: Lab, start: Any, spoils: Any
) -> None:
    dataset = lab.dataset()
    good, bad = (lab.predictions(dataset, spoils[how], name) for how, name in (("truthful", "good"), ("human", "bad")))
    form = {"predictions_uri": bad.uri, "champion_predictions_uri": "", "dataset_uri": dataset.uri, "run": "one"}
    assert start("contest", DECIDED, RUN_ARTIFACTS, **(CONTEST | form)).outputs["decision"] == "promoted"
    lab.store.write(f"{bad.manifest.prefix}/{bad.manifest.files['shards/00000.json'].key}", b"[]")
    options = {"overrides": '{"evaluate": {"worst_cases": 3, "max_detections": 200}}'}
    form |= {"predictions_uri": good.uri, "champion_predictions_uri": bad.uri, "run": "two"} | options
    ended = start("contest", DECIDED, RUN_ARTIFACTS, **(CONTEST | form))
    assert (ended.code, ended.outputs["decision"]) == (0, "kept")
    assert ended.outputs["champion_uri"] == bad.manifest.inputs["checkpoint"]
    assert "max_detections 2000 is not 200" in ended.outputs["reason"]
    assert "champion.not_evaluated " in ended.stdout


def test_a_refused_promotion_is_a_success(lab: Lab, start: Any, spoils: Any) -> None:
    dataset = lab.dataset()
    good, bad = (lab.predictions(dataset, spoils[how], name) for how, name in (("truthful", "good"), ("human", "bad")))
    for challenger, champion, decision in ((good.uri, "", "promoted"), (bad.uri, good.uri, "kept")):
        form = {"predictions_uri": challenger, "champion_predictions_uri": champion, "dataset_uri": dataset.uri}
        ended = start("contest", DECIDED, RUN_ARTIFACTS, **(CONTEST | form | {"run": decision}))
        assert (ended.code, ended.outputs["decision"]) == (0, decision)
        assert ended.outputs["champion_uri"] == good.manifest.inputs["checkpoint"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"predictions_uri": "nowhere"}, "error: 'nowhere' is no artifact"),
        ({"overrides": '{"evaluate": {"gallery": 3}}'}, "error: overrides: evaluate: unknown field 'gallery'"),
        ({"overrides": '{"evaluate": {"fixed_cases": 99}}'}, "error: overrides: evaluate: fixed_cases = 99: "),
        ({"domain": "cells"}, "error: domain = 'cells', but "),
        ({"reading": "aloud"}, "error: reading 'aloud' does not exist for domain 'shapes' (there are: none)"),
    ],
)
def test_what_a_person_got_wrong_is_one_line(lab: Lab, start: Any, changed: dict[str, str], message: str) -> None:
    dataset = lab.dataset()
    form = {"dataset_uri": dataset.uri, "domain": "shapes", "reading": "", "overrides": ""}
    ran = start(
        "run", ["report_uri"], RUN_ARTIFACTS, **({"predictions_uri": lab.predictions(dataset).uri} | form | changed)
    )
    assert ran.code == 2
    assert ran.stderr.startswith(message)
    assert ran.stderr.count("\n") == 1
    assert ran.outputs == {}
    assert lab.store.list("reports") == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"promote_margin": -1}, "promote: margin = -1: Input should be greater than or equal to 0"),
        ({"largest_class_drop": 2}, "promote: largest_class_drop = 2: Input should be less than or equal to 1"),
    ],
)
def test_what_a_contest_cannot_use_is_refused_before_anything_is_evaluated(
    lab: Lab, start: Any, changed: dict[str, Any], message: str
) -> None:
    dataset = lab.dataset()
    form = {"predictions_uri": lab.predictions(dataset).uri, "champion_predictions_uri": "", "dataset_uri": dataset.uri}
    ended = start("contest", ["decision"], {}, **(CONTEST | form | {"run": "one"} | changed))
    assert ended.code == 2
    assert ended.stderr.startswith(f"error: {message}")
    assert lab.store.list("reports") == lab.store.list("models") == []
