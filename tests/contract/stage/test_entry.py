"""A stage ends with one line when the call is at fault, and a step that fails leaves word for whoever waits."""

import json
from typing import Any

import pytest

from maskline.contract.errors import InvalidInput, StoreUnavailable
from maskline.contract.log import event
from maskline.contract.runs.fault import last_fault
from maskline.contract.stage.attempts import FAILED, INVALID
from maskline.contract.stage.call import Call
from maskline.contract.stage.entry import main
from maskline.contract.store.directory import DirectoryStore


@pytest.mark.parametrize(("fault", "code"), [(InvalidInput("preset 'x'"), INVALID), (StoreUnavailable("down"), FAILED)])
def test_an_expected_fault_is_one_line(capsys: pytest.CaptureFixture[str], fault: Exception, code: int) -> None:
    def verb(_: Call) -> None:
        raise fault

    assert main({"do": verb}, ["do", "{}"]) == code
    assert capsys.readouterr().err == f"error: {fault}\n"


def test_an_unexpected_fault_keeps_its_traceback_and_may_pass(capsys: pytest.CaptureFixture[str]) -> None:
    def verb(_: Call) -> None:
        raise ZeroDivisionError("by nought")

    assert main({"do": verb}, ["do", "{}"]) == FAILED
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert said.endswith("error: ZeroDivisionError: by nought\n")


@pytest.mark.parametrize("argv", [[], ["do"], ["undo", "{}"], ["do", "{}", "more"]])
def test_a_wrong_call_is_told_the_verbs(capsys: pytest.CaptureFixture[str], argv: list[str]) -> None:
    assert main({"do": lambda _: None}, argv) == INVALID
    assert "verb one of do" in capsys.readouterr().err


def test_an_event_is_one_line_with_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    event("train.step", step=3, loss=1.23456, note="two words")
    assert capsys.readouterr().out == "train.step step=3 loss=1.235 note='two words'\n"


GIVEN = json.dumps({"inputs": {"parameterValues": {"run": "run-1", "domain": "shapes"}}})


@pytest.mark.parametrize("fault", [InvalidInput("preset 'x'"), ZeroDivisionError("by\nnought")])
def test_a_step_that_fails_leaves_its_line_under_the_runs_id(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def verb(_: Call) -> None:
        raise fault

    monkeypatch.setenv("MASKLINE_STEP", "render: draw")
    assert main({"do": verb}, ["do", GIVEN]) != 0
    assert directory_store.list("runs") == ["runs/run-1/render-draw.json"]
    found = last_fault(directory_store, "run-1")
    assert found
    assert (found.step, found.posted) == ("render: draw", False)
    assert found.error in {"preset 'x'", "ZeroDivisionError: by nought"}


@pytest.mark.parametrize(
    ("step", "given", "fault"),
    [
        ("", GIVEN, InvalidInput("x")),  # a person at a machine
        ("render", "{}", InvalidInput("x")),  # no run
        ("render", '{"inputs": {"parameterValues": {"run": "../up"}}}', InvalidInput("x")),
        ("render", GIVEN, StoreUnavailable("down")),  # it would be waited for in vain
    ],
)
def test_where_nobody_can_be_told_nothing_is_left_and_the_failure_stays_what_it_was(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, step: str, given: str, fault: Any
) -> None:
    def verb(_: Call) -> None:
        raise fault

    monkeypatch.setenv("MASKLINE_STEP", step)
    assert main({"do": verb}, ["do", given]) == (FAILED if isinstance(fault, StoreUnavailable) else INVALID)
    assert directory_store.list("") == []
