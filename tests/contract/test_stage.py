"""A stage reads KFP's executor input, writes where KFP looks, and ends with one line when the call is at fault."""

import json
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.errors import InvalidInput, StoreUnavailable
from maskline.contract.log import event
from maskline.contract.stage import EXIT_FAILED, EXIT_INVALID, Call, main, stage_options


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
        call.artifact("report", uri="s3://elsewhere", metadata={"ap": 0.5})

    assert main({"do": verb}, ["do", json.dumps(executor_input(tmp_path, name="x"))]) == 0
    assert (tmp_path / "deep" / "uri").read_text() == "s3://x"
    described = json.loads((tmp_path / "deep" / "executor_output.json").read_text())
    artifact = described["artifacts"]["report"]["artifacts"][0]
    assert (artifact["uri"], artifact["metadata"]) == ("s3://elsewhere", {"ap": 0.5})


@pytest.mark.parametrize(("value", "text"), [("a b", "a b"), (3, "3"), (True, "true"), ([1, "x"], '[1, "x"]')])
def test_strings_are_written_bare_and_the_rest_as_json(tmp_path: Path, value: Any, text: str) -> None:
    Call(executor_input(tmp_path)).output("uri", value)
    assert (tmp_path / "deep" / "uri").read_text() == text


def test_an_artifacts_file_is_never_its_uri(tmp_path: Path) -> None:
    described = executor_input(tmp_path)
    artifact = described["outputs"]["artifacts"]["report"]["artifacts"][0]
    artifact["custom_path"] = str(tmp_path / "files" / "report")
    assert Call(described).artifact_file("report") == tmp_path / "files" / "report"
    assert (tmp_path / "files").is_dir()


@pytest.mark.parametrize(
    ("fault", "code"), [(InvalidInput("preset 'x'"), EXIT_INVALID), (StoreUnavailable("down"), EXIT_FAILED)]
)
def test_an_expected_fault_is_one_line(capsys: pytest.CaptureFixture[str], fault: Exception, code: int) -> None:
    def verb(_: Call) -> None:
        raise fault

    assert main({"do": verb}, ["do", "{}"]) == code
    assert capsys.readouterr().err == f"error: {fault}\n"


def test_an_unexpected_fault_keeps_its_traceback() -> None:
    def verb(_: Call) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        main({"do": verb}, ["do", "{}"])


@pytest.mark.parametrize("argv", [[], ["do"], ["undo", "{}"], ["do", "{}", "more"]])
def test_a_wrong_call_is_told_the_verbs(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    assert main({"do": lambda _: None}, argv) == EXIT_INVALID
    assert "verb one of do" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "it must be a JSON object"),
        ("[1]", "it must be a JSON object"),
        ('{"trian": {}}', r"'trian' is no stage \(there are: render, train, predict, evaluate\)"),
        ('{"train": 3}', "train = 3: it must be an object"),
    ],
)
def test_overrides_are_checked_for_every_stage(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        stage_options(Call({"inputs": {"parameterValues": {"overrides": text}}}), "render")


def test_each_stage_gets_its_own_overrides() -> None:
    call = Call({"inputs": {"parameterValues": {"overrides": '{"train": {"steps": 3}}'}}})
    assert stage_options(call, "train") == {"steps": 3}
    assert stage_options(call, "render") == {}


def test_an_event_is_one_line_with_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    event("train.step", step=3, loss=1.23456, note="two words")
    assert capsys.readouterr().out == "train.step step=3 loss=1.235 note='two words'\n"
