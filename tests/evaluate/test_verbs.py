"""The stage as Kubeflow starts it: one executor input in, parameters, artifacts and an exit code out."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.evaluate.conftest import Lab

RUN_ARTIFACTS = {"metrics": "system.Metrics", "report": "system.HTML", "summary": "system.Markdown"}

PROMOTE: dict[str, Any] = {"domain": "shapes", "promote_margin": 0.0, "largest_class_drop": 0.05}
DECIDED = ["decision", "reason", "champion_uri"]


def test_run_and_promote_hand_over_what_the_workflow_needs(lab: "Lab", start: Any) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    form = {
        "dataset_uri": dataset.uri,
        "domain": "shapes",
        "reading": "",
        "overrides": '{"evaluate": {"worst_cases": 2}, "train": {}}',
    }
    ran = start("run", ["report_uri"], RUN_ARTIFACTS, predictions_uri=predictions.uri, **form)
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.outputs["report_uri"].startswith(f"{lab.store.uri}/reports/narrow-")
    assert ran.metadata["metrics"]["mask_ap50"] == pytest.approx(0.857, abs=0.001)
    assert all(isinstance(value, (int, float)) for value in ran.metadata["metrics"].values())
    assert ran.files["report"].startswith("<!doctype html>")
    assert len([path for path in lab.store.list("reports") if "worst" in path]) == 2
    assert "| line | " in ran.files["summary"]

    report = ran.outputs["report_uri"]
    entry: dict[str, Any] = {
        "report_uri": report,
        "champion_report_uri": "",
        **PROMOTE,
    }
    for decision, run in (("promoted", "one"), ("promoted", "one"), ("unchanged", "two")):
        ended = start("promote", DECIDED, {"summary": "system.Markdown"}, **(entry | {"run": run}))
        assert (ended.code, ended.outputs["decision"]) == (0, decision)
        assert ended.outputs["champion_uri"] == predictions.manifest.inputs["checkpoint"]
        assert ended.outputs["reason"] in ended.files["summary"]


def test_a_refused_promotion_is_a_success(lab: "Lab", start: Any, spoils: Any) -> None:
    dataset = lab.dataset()
    good = lab.report(lab.predictions(dataset, spoils["truthful"], "good"), dataset)
    bad = lab.report(lab.predictions(dataset, spoils["human"], "bad"), dataset)
    for report, decision in ((good, "promoted"), (bad, "kept")):
        form = {"report_uri": report.uri, "champion_report_uri": "", "run": decision} | PROMOTE
        ended = start("promote", DECIDED, {"summary": "system.Markdown"}, **form)
        assert (ended.code, ended.outputs["decision"]) == (0, decision)
        assert ended.outputs["champion_uri"] == good.manifest.inputs["checkpoint"]


def test_no_predictions_give_no_report(lab: "Lab", start: Any) -> None:
    form = {"predictions_uri": "", "dataset_uri": "", "domain": "shapes", "reading": "", "overrides": ""}
    ran = start("run", ["report_uri"], RUN_ARTIFACTS, **form)
    assert (ran.code, ran.stderr, ran.outputs) == (0, "", {"report_uri": ""})
    assert lab.store.list("") == []


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
def test_what_a_person_got_wrong_is_one_line(lab: "Lab", start: Any, changed: dict[str, str], message: str) -> None:
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
        ({"run": "{{$.pipeline_job_uuid}}"}, "promote: run = '{{$.pipeline_job_uuid}}': String should match pattern"),
    ],
)
def test_what_promote_cannot_use_is_refused(lab: "Lab", start: Any, changed: dict[str, Any], message: str) -> None:
    form = {"report_uri": "", "champion_report_uri": "", "run": "one"} | PROMOTE | changed
    ended = start("promote", ["decision"], {}, **form)
    assert ended.code == 2
    assert ended.stderr.startswith(f"error: {message}")
    assert lab.store.list("") == []
