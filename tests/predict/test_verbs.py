"""The stage as KFP and the local runner start it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.artifact import open_sealed
from maskline.contract.picture import encode_png
from maskline.contract.stage import EXIT_INVALID, main
from maskline.contract.store.directory import DirectoryStore
from maskline.predict.__main__ import champion_verb, plan_verb, run_verb, seal_verb, work_verb

VERBS = {"run": run_verb, "champion": champion_verb, "plan": plan_verb, "work": work_verb, "seal": seal_verb}
Prepare = Callable[..., Any]


@pytest.fixture
def start(call: Prepare, directory_store: DirectoryStore) -> Callable[..., dict[str, str]]:  # noqa: ARG001 - sets the project's
    """Run a verb with a project store in a folder and return its outputs."""

    def started(verb: str, outputs: list[str], **parameters: Any) -> dict[str, str]:
        executor_input, read = call(outputs, **parameters)
        assert main(VERBS, [verb, executor_input]) == 0
        found: dict[str, str] = read()
        return found

    return started


def test_run_predicts_on_the_evaluation_dataset_if_there_is_one(
    start: Callable[..., dict[str, str]], checkpoint_uri: str, dataset_uri: str
) -> None:
    names = ["predictions_uri", "evaluated_dataset_uri"]
    given = {"checkpoint_uri": checkpoint_uri, "overrides": '{"predict": {"batch_size": 3}}'}
    own = start("run", names, **given, dataset_uri=dataset_uri, evaluation_dataset="")
    frozen = start("run", names, **given, dataset_uri="s3://not/even/opened", evaluation_dataset=dataset_uri)
    assert own == frozen
    assert own["evaluated_dataset_uri"] == dataset_uri
    assert open_sealed(own["predictions_uri"], "predictions").manifest.figures["images"] == 5


def test_without_a_champion_there_is_nothing_to_predict(start: Callable[..., dict[str, str]], dataset_uri: str) -> None:
    found = start("champion", ["predictions_uri"], domain="shapes", dataset_uri=dataset_uri, overrides="")
    assert found == {"predictions_uri": ""}


def test_pictures_go_through_plan_work_seal(
    start: Callable[..., dict[str, str]], checkpoint_uri: str, folder: Path, picture: Callable[[int], Any]
) -> None:
    for number in range(3):
        (folder / f"{number}.png").write_bytes(encode_png(picture(number)))
    given = {
        "checkpoint_uri": checkpoint_uri,
        "images": str(folder),
        "overrides": '{"predict": {"pictures_per_shard": 2}}',
    }
    planned = start("plan", ["plan", "shards"], **given)
    assert json.loads(planned["shards"]) == ["00000", "00001"]
    for shard in json.loads(planned["shards"]):
        start("work", [], plan=planned["plan"], shard=shard)
    uri = start("seal", ["predictions_uri"], plan=planned["plan"])["predictions_uri"]
    assert open_sealed(uri, "predictions").manifest.figures["images"] == 3
    again = start("plan", ["plan", "shards"], **given)
    assert json.loads(again["shards"]) == ["00000"]
    start("work", [], plan=again["plan"], shard="00000")
    assert start("seal", ["predictions_uri"], plan=again["plan"])["predictions_uri"] == uri


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ('{"predict": {"batch": 3}}', "unknown field 'batch'"),
        ('{"predict": {"score_threshold": 2}}', "score_threshold = 2"),
        ('{"predict": 3}', "predict = 3"),
        ("{", "must be a JSON object"),
    ],
)
def test_a_wrong_override_is_one_line(
    overrides: str, message: str, call: Prepare, directory_store: DirectoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    executor_input, _ = call([], checkpoint_uri="", dataset_uri="", evaluation_dataset="", overrides=overrides)
    assert main(VERBS, ["run", executor_input]) == EXIT_INVALID
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert message in error
    assert directory_store.list("") == []
