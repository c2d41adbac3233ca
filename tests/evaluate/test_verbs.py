"""The stage as Kubeflow starts it: one executor input in, parameters, artifacts and an exit code out."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.evaluate.conftest import Lab

RUN_ARTIFACTS = {"metrics": "system.Metrics", "report": "system.HTML", "summary": "system.Markdown"}


@dataclass
class Outcome:
    code: int
    stderr: str
    outputs: dict[str, str]
    files: dict[str, str]
    metadata: dict[str, dict[str, Any]]


@pytest.fixture
def start(tmp_path: Path) -> Any:
    """Start a verb in a process of its own."""

    def run(verb: str, outputs: list[str], artifacts: dict[str, str], **parameters: Any) -> Outcome:
        out = tmp_path / "out"
        executor_input = {
            "inputs": {"parameterValues": parameters},
            "outputs": {
                "outputFile": str(out / "executor_output.json"),
                "parameters": {name: {"outputFile": str(out / "parameters" / name)} for name in outputs},
                "artifacts": {
                    name: {
                        "artifacts": [
                            {
                                "name": name,
                                "uri": f"s3://elsewhere/{name}",
                                "custom_path": str(out / "artifacts" / name),
                                "type": {"schemaTitle": kind},
                                "metadata": {},
                            }
                        ]
                    }
                    for name, kind in artifacts.items()
                },
            },
        }
        command = [sys.executable, "-m", "maskline.evaluate", verb, json.dumps(executor_input)]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        described = out / "executor_output.json"
        told = json.loads(described.read_text())["artifacts"] if described.exists() else {}
        return Outcome(
            code=ended.returncode,
            stderr=ended.stderr,
            outputs={path.name: path.read_text() for path in (out / "parameters").glob("*")},
            files={path.name: path.read_text() for path in (out / "artifacts").glob("*")},
            metadata={name: artifact["artifacts"][0]["metadata"] for name, artifact in told.items()},
        )

    return run


def test_run_and_promote_hand_over_what_the_workflow_needs(lab: "Lab", start: Any) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    form = {
        "dataset_uri": dataset.uri,
        "domain": "shapes",
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
        "domain": "shapes",
        "promote_margin": 0.01,
    }
    for decision in ("promoted", "unchanged"):
        ended = start("promote", ["decision", "reason", "champion_uri"], {"summary": "system.Markdown"}, **entry)
        assert (ended.code, ended.outputs["decision"]) == (0, decision)
        assert ended.outputs["champion_uri"] == predictions.manifest.inputs["checkpoint"]
        assert ended.outputs["reason"] in ended.files["summary"]


def test_a_refused_promotion_is_a_success(lab: "Lab", start: Any, spoils: Any) -> None:
    dataset = lab.dataset()
    good = lab.report(lab.predictions(dataset, spoils["truthful"], "good"), dataset)
    bad = lab.report(lab.predictions(dataset, spoils["human"], "bad"), dataset)
    for report, decision in ((good, "promoted"), (bad, "kept")):
        form = {"report_uri": report.uri, "champion_report_uri": "", "domain": "shapes", "promote_margin": 0.0}
        ended = start("promote", ["decision", "reason", "champion_uri"], {"summary": "system.Markdown"}, **form)
        assert (ended.code, ended.outputs["decision"]) == (0, decision)
        assert ended.outputs["champion_uri"] == good.manifest.inputs["checkpoint"]


def test_no_predictions_give_no_report(lab: "Lab", start: Any) -> None:
    form = {"predictions_uri": "", "dataset_uri": "", "domain": "shapes", "overrides": ""}
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
    ],
)
def test_what_a_person_got_wrong_is_one_line(lab: "Lab", start: Any, changed: dict[str, str], message: str) -> None:
    dataset = lab.dataset()
    form = {"dataset_uri": dataset.uri, "domain": "shapes", "overrides": ""}
    ran = start(
        "run", ["report_uri"], RUN_ARTIFACTS, **({"predictions_uri": lab.predictions(dataset).uri} | form | changed)
    )
    assert ran.code == 2
    assert ran.stderr.startswith(message)
    assert ran.stderr.count("\n") == 1
    assert ran.outputs == {}
    assert lab.store.list("reports") == []


def test_a_margin_that_is_none_is_refused(lab: "Lab", start: Any) -> None:
    form = {"report_uri": "", "champion_report_uri": "", "domain": "shapes", "promote_margin": -1}
    ended = start("promote", ["decision"], {}, **form)
    assert ended.code == 2
    assert ended.stderr == "error: promote: margin = -1: Input should be greater than or equal to 0\n"
    assert lab.store.list("") == []
