"""The stage as KFP and the local runner start it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import Reign, crown, write_champion
from maskline.contract.picture import encode_png
from maskline.contract.stage import EXIT_INVALID, main
from maskline.contract.store.directory import DirectoryStore
from maskline.predict.__main__ import champion_verb, plan_verb, run_verb, seal_verb, work_verb
from maskline.predict.showing import SHOWN, gallery, summary

VERBS = {"run": run_verb, "champion": champion_verb, "plan": plan_verb, "work": work_verb, "seal": seal_verb}
Prepare = Callable[..., Any]


TABLE = CategoryTable(domain="shapes", policy="1", categories=(Category(id=1, name="dot", colour="#102030"),))


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """Where the stage leaves what the Kubeflow UI shows."""
    return tmp_path / "artifacts"


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
    start: Callable[..., dict[str, str]], checkpoint_uri: str, folder: Path, picture: Callable[[int], Any], shown: Path
) -> None:
    for number in range(3):
        (folder / f"{number}.png").write_bytes(encode_png(picture(number)))
    (folder / "a|b<i>.png").write_bytes(b"")
    given = {
        "domain": "shapes",
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
    summary, gallery = ((shown / name).read_text() for name in ("summary", "gallery"))
    assert " instances in 3 pictures" in summary
    assert "| a\\|b&lt;i&gt;.png | " in summary
    assert uri in summary
    assert uri in gallery
    assert gallery.count('src="data:image/jpeg;base64,') == 3
    assert "<figcaption>0.png</figcaption>" in gallery
    again = start("plan", ["plan", "shards"], **given)
    assert json.loads(again["shards"]) == ["00000"]
    start("work", [], plan=again["plan"], shard="00000")
    assert start("seal", ["predictions_uri"], plan=again["plan"])["predictions_uri"] == uri


def test_without_a_checkpoint_the_champion_predicts(
    start: Callable[..., dict[str, str]],
    checkpoint_uri: str,
    folder: Path,
    picture: Callable[[int], Any],
    directory_store: DirectoryStore,
) -> None:
    (folder / "0.png").write_bytes(encode_png(picture(0)))
    reign = Reign(time="2030-01-01", checkpoint=checkpoint_uri, report="r", dataset="d", mask_ap=0.5, reason="first")
    write_champion(directory_store, "shapes", crown(reign, None), None)
    given = {"domain": "shapes", "images": str(folder), "overrides": ""}
    assert (
        json.loads(start("plan", ["plan", "shards"], checkpoint_uri="", **given)["plan"])["checkpoint"]
        == checkpoint_uri
    )


def test_with_neither_checkpoint_nor_champion_there_is_nothing_to_predict_with(
    call: Prepare, folder: Path, directory_store: DirectoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    executor_input, _ = call([], domain="shapes", checkpoint_uri="", images=str(folder), overrides="")
    assert main(VERBS, ["plan", executor_input]) == EXIT_INVALID
    error = capsys.readouterr().err
    assert (
        error
        == f"error: {directory_store.uri} holds no champion of domain 'shapes' yet: train one, or name a checkpoint\n"
    )


@pytest.mark.parametrize("count", [1, 24, 25, 100])
def test_the_gallery_shows_a_few_pictures_of_all_there_are(count: int, directory_store: DirectoryStore) -> None:
    painted = encode_png(np.full((900, 30, 3), 255, np.uint8))
    prefix = place("predictions", "tiny", "0123456789ab")
    names = [f"overlays/{number:03d}.png" for number in range(count)]
    files = {name: write_file(directory_store, prefix, name, painted) for name in names}
    figures = {"images": count, "instances": 0, "unreadable": [{"file_name": "x", "reason": "y"}] * 60}
    empty: dict[str, Any] = {"config": {}, "inputs": {}, "stage": "test", "record": "coco/1", "categories": TABLE}
    manifest = Manifest(kind="predictions", name="tiny", id="0123456789ab", files=files, figures=figures, **empty)
    page, text = gallery(seal(directory_store, manifest)), summary(seal(directory_store, manifest))
    assert min(count, SHOWN // 2) <= page.count("<figure>") <= SHOWN
    assert "<figcaption>000</figcaption>" in page
    assert text.count("\n| x | y |") == 50
    assert "and 10 more" in text


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
