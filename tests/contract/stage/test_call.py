"""A call is read from KFP's executor input and answered where KFP's launcher looks."""

import json
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.errors import InvalidInput
from maskline.contract.stage.call import Call
from maskline.contract.stage.entry import main


def executor_input(folder: Path, **parameters: object) -> dict[str, Any]:
    """What KFP's launcher hands to a container, with one output parameter and one artifact."""
    return {
        "inputs": {"parameterValues": parameters},
        "outputs": {
            "parameters": {"uri": {"outputFile": str(folder / "deep" / "uri")}},
            "artifacts": {"report": {"artifacts": [{"name": "report", "uri": "s3://bucket/run/report"}]}},
            "outputFile": str(folder / "deep" / "executor_output.json"),
        },
    }


def test_parameters_come_in_and_outputs_go_where_kfp_looks(tmp_path: Path) -> None:
    def verb(call: Call) -> None:
        call.output("uri", f"s3://{call.text('name')}")
        call.artifact("report", metadata={"ap": 0.5, "nothing": None})

    given = executor_input(tmp_path, name="x")
    assert main({"do": verb}, ["do", json.dumps(given)]) == 0
    assert (tmp_path / "deep" / "uri").read_text() == "s3://x"
    described = json.loads((tmp_path / "deep" / "executor_output.json").read_text())
    (artifact,) = described["artifacts"]["report"]["artifacts"]
    assert artifact["uri"] == given["outputs"]["artifacts"]["report"]["artifacts"][0]["uri"]
    assert artifact["metadata"] == {"ap": 0.5}


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused_before_kfp_fails_the_step_for_it(tmp_path: Path, number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        Call(executor_input(tmp_path)).output("uri", number)
    call = Call(executor_input(tmp_path))
    call.artifact("report", metadata={"ap": number})
    with pytest.raises(ValueError, match="not JSON compliant"):
        call.finish()


@pytest.mark.parametrize(("value", "text"), [("a b", "a b"), (3, "3"), (True, "true"), ([1, "x"], '[1, "x"]')])
def test_strings_are_written_bare_and_the_rest_as_json(tmp_path: Path, value: Any, text: str) -> None:
    Call(executor_input(tmp_path)).output("uri", value)
    assert (tmp_path / "deep" / "uri").read_text() == text


def test_an_artifacts_file_is_never_its_uri(tmp_path: Path) -> None:
    described = executor_input(tmp_path)
    artifact = described["outputs"]["artifacts"]["report"]["artifacts"][0]
    artifact["custom_path"] = str(tmp_path / "files" / "report")
    Call(described).artifact("report", "<p>page</p>")
    assert (tmp_path / "files" / "report").read_text() == "<p>page</p>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "it must be a JSON object"),
        ("[1]", "it must be a JSON object"),
        ('{"trian": {}}', r"'trian' is no stage \(there are: render, train, predict, evaluate, teach\)"),
        ('{"train": 3}', "train = 3: it must be an object"),
    ],
)
def test_overrides_are_checked_for_every_stage(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Call({"inputs": {"parameterValues": {"overrides": text}}}).stage_options("render")


def test_each_stage_gets_its_own_overrides() -> None:
    call = Call({"inputs": {"parameterValues": {"overrides": '{"train": {"steps": 3}}'}}})
    assert call.stage_options("train") == {"steps": 3}
    assert call.stage_options("render") == {}
