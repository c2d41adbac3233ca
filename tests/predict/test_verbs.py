"""The stage as KFP and the local runner start it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.champion import Champion, Reign, champion_path, crown, write_champion
from maskline.contract.config import canonical_json
from maskline.contract.errors import NotSealed
from maskline.contract.picture import encode_png
from maskline.contract.stage.attempts import INVALID
from maskline.contract.stage.entry import main
from maskline.contract.stage.parts import parts
from maskline.contract.store.directory import DirectoryStore
from maskline.predict import stage
from maskline.predict.__main__ import pictures_verb, run_verb, work_verb
from maskline.predict.showing import SHOWN, gallery, summary

VERBS = {"run": run_verb, "pictures": pictures_verb, "work": work_verb}
Prepare = Callable[..., Any]


TABLE = CategoryTable(domain="shapes", policy="1", categories=(Category(id=1, name="dot", colour="#102030"),))


def first_reign(checkpoint: str) -> Champion:
    """The pointer to a first champion."""
    reign = Reign(
        time="2030-01-01", checkpoint=checkpoint, report="r", dataset="d", measure="mask AP", figure=0.5, reason="first"
    )
    return crown(reign, None)


def crowned(store: DirectoryStore, checkpoint: str) -> None:
    """Let a checkpoint reign over its classes."""
    table = open_sealed(checkpoint, "checkpoint").manifest.categories
    write_champion(store, table.domain, table.key, first_reign(checkpoint), None)


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
    names = ["predictions_uri", "champion_predictions_uri", "evaluated_dataset_uri"]
    given = {"checkpoint_uri": checkpoint_uri, "champion_of": "", "domain": "shapes", "reading": "",
        "overrides": '{"predict": {"batch_size": 3}}'}  # fmt: skip
    own = start("run", names, **given, dataset_uri=dataset_uri, evaluation_dataset="")
    frozen = start("run", names, **given, dataset_uri="s3://not/even/opened", evaluation_dataset=dataset_uri)
    assert own == frozen
    assert own["evaluated_dataset_uri"] == dataset_uri
    assert open_sealed(own["predictions_uri"], "predictions").manifest.figures["images"] == 5


def test_challenger_and_champion_are_predicted_in_one_step_and_before_the_first_there_is_none(
    start: Callable[..., dict[str, str]], checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    names = ["predictions_uri", "champion_predictions_uri", "evaluated_dataset_uri"]
    form = {"champion_of": "shapes", "domain": "shapes", "reading": "", "overrides": "", "evaluation_dataset": ""}
    form |= {"checkpoint_uri": checkpoint_uri}
    first = start("run", names, **form, dataset_uri=dataset_uri)
    assert first["champion_predictions_uri"] == ""
    crowned(directory_store, checkpoint_uri)
    second = start("run", names, **form, dataset_uri=dataset_uri)
    assert second["champion_predictions_uri"] == second["predictions_uri"] == first["predictions_uri"]


def test_the_word_champion_is_the_one_of_the_datasets_classes_and_a_lost_rival_is_left_out(
    start: Callable[..., dict[str, str]], checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    names = ["predictions_uri", "champion_predictions_uri", "evaluated_dataset_uri"]
    form = {"champion_of": "shapes", "domain": "shapes", "reading": "", "overrides": "", "evaluation_dataset": ""}
    table = open_sealed(checkpoint_uri, "checkpoint").manifest.categories.key
    reign = Reign(
        time="2030-01-01",
        checkpoint=checkpoint_uri,
        report="r",
        dataset="d",
        measure="mask AP",
        figure=0.5,
        reason="first",
    )
    lost = reign.model_copy(update={"checkpoint": "file:///gone/checkpoints/lost-000000000000"})
    write_champion(directory_store, "shapes", "finer-01234567", crown(lost, None), None)
    write_champion(directory_store, "shapes", table, crown(reign, None), None)
    named = start("run", names, **form, checkpoint_uri="champion", dataset_uri=dataset_uri)
    assert open_sealed(named["predictions_uri"], "predictions").manifest.inputs["checkpoint"] == checkpoint_uri
    directory_store.write(champion_path("shapes", table), canonical_json(crown(lost, None).model_dump(mode="json")))
    alone = start("run", names, **form, checkpoint_uri=checkpoint_uri, dataset_uri=dataset_uri)
    assert (alone["predictions_uri"], alone["champion_predictions_uri"]) == (named["predictions_uri"], "")


PICTURES = ["predictions_uri", "plan", "parts"]


@pytest.fixture
def given(checkpoint_uri: str, folder: Path, picture: Callable[[int], Any]) -> dict[str, str]:
    """Three pictures in two shards, and a file that is none."""
    for number in range(3):
        (folder / f"{number}.png").write_bytes(encode_png(picture(number)))
    (folder / "a|b<i>.png").write_bytes(b"")
    options = {"predict": {"pictures_per_shard": 2}}
    named = {"domain": "shapes", "checkpoint_uri": checkpoint_uri, "images": str(folder)}
    return named | {"overrides": json.dumps(options)}


def test_pictures_that_one_pod_can_do_are_done_where_they_are_listed(
    start: Callable[..., dict[str, str]], given: dict[str, str], shown: Path
) -> None:
    done = start("pictures", PICTURES, **given)
    assert json.loads(done["parts"]) == []
    uri = done["predictions_uri"]
    assert open_sealed(uri, "predictions").manifest.figures["images"] == 3
    summary, gallery = ((shown / name).read_text() for name in ("summary", "gallery"))
    assert " instances in 3 pictures" in summary
    assert "| a\\|b&lt;i&gt;.png | " in summary
    assert uri in summary
    assert uri in gallery
    assert gallery.count('src="data:image/jpeg;base64,') == 3
    assert ">0.png</figcaption>" in gallery
    assert start("pictures", PICTURES, **given) == done


def test_many_pictures_are_handed_out_and_whoever_does_the_last_seals(
    start: Callable[..., dict[str, str]], given: dict[str, str], shown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "parts", lambda units, _: parts(units, 1e9))
    begun = start("pictures", PICTURES, **given)
    cut = json.loads(begun["parts"])
    assert cut == ["0-1", "1-2"]
    assert "handed out to 2 pods" in (shown / "summary").read_text()
    assert (shown / "gallery").read_text().count('src="data:image/jpeg;base64,') == 2  # the first shard's
    with pytest.raises(NotSealed):
        open_sealed(begun["predictions_uri"], "predictions")
    for part in cut:
        start("work", [], plan=begun["plan"], part=part)
    assert open_sealed(begun["predictions_uri"], "predictions").manifest.figures["images"] == 3
    start("work", [], plan=begun["plan"], part=cut[0])  # a pod that is tried again finds it done
    assert json.loads(start("pictures", PICTURES, **given)["parts"]) == []


def test_without_a_checkpoint_the_champion_predicts(
    start: Callable[..., dict[str, str]],
    checkpoint_uri: str,
    folder: Path,
    picture: Callable[[int], Any],
    directory_store: DirectoryStore,
) -> None:
    (folder / "0.png").write_bytes(encode_png(picture(0)))
    crowned(directory_store, checkpoint_uri)
    given = {"domain": "shapes", "images": str(folder), "overrides": ""}
    assert json.loads(start("pictures", PICTURES, checkpoint_uri="", **given)["plan"])["checkpoint"] == checkpoint_uri


def test_with_neither_checkpoint_nor_champion_there_is_nothing_to_predict_with(
    call: Prepare, folder: Path, directory_store: DirectoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    executor_input, _ = call([], domain="shapes", checkpoint_uri="", images=str(folder), overrides="")
    assert main(VERBS, ["pictures", executor_input]) == INVALID
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
    figures |= {"remarks": {"count": 70, "listed": [{"file_name": "x", "remark": "z"}] * 60}}
    empty: dict[str, Any] = {"config": {}, "inputs": {}, "stage": "test", "record": "coco/1", "categories": TABLE}
    manifest = Manifest(kind="predictions", name="tiny", id="0123456789ab", files=files, figures=figures, **empty)
    page, text = gallery(seal(directory_store, manifest)), summary(seal(directory_store, manifest))
    assert min(count, SHOWN // 2) <= page.count("<figure ") <= SHOWN
    assert ">000</figcaption>" in page
    assert len(page) < 1_000_000
    assert text.count("\n| x | y |") == 50
    assert text.count("\n| x | z |") == 50
    assert "and 10 more" in text
    assert "and 20 more" in text


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
    overrides: str,
    message: str,
    call: Prepare,
    dataset_uri: str,
    directory_store: DirectoryStore,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = {"checkpoint_uri": "", "dataset_uri": dataset_uri, "evaluation_dataset": "", "domain": "", "reading": ""}
    executor_input, _ = call([], **given, overrides=overrides)
    assert main(VERBS, ["run", executor_input]) == INVALID
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert message in error
    assert directory_store.list("") == []
