"""Predictions of a dataset's split."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from maskline.contract.artifact import Artifact, read_receipt
from maskline.contract.champion import Reign, crown, write_champion
from maskline.contract.coco import rle
from maskline.contract.errors import CategoryMismatch, EmptySplit, InvalidInput, NotFound
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.prediction.config import PicturePrediction
from maskline.predict.plan import plan_dataset
from maskline.predict.sealing import seal
from maskline.predict.stage import run, work
from maskline.predict.work import Worker


def read(predictions: Artifact, folder: str) -> list[dict[str, Any]]:
    names = sorted(name for name in predictions.manifest.files if name.startswith(f"{folder}/"))
    return [entry for name in names for entry in json.loads(predictions.read(name))]


@pytest.fixture
def predictions(
    config: PicturePrediction, checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> Artifact:
    return run(plan_dataset(config, checkpoint_uri, dataset_uri), directory_store)


def test_every_picture_is_predicted_under_its_own_id(
    predictions: Artifact, checkpoint_uri: str, dataset_uri: str
) -> None:
    index = read(predictions, "images")
    assert [image["id"] for image in index] == [1, 2, 3, 4, 5]
    assert index[0] == {"id": 1, "file_name": "0.png", "width": 64, "height": 64}
    results = read(predictions, "shards")
    assert {result["image_id"] for result in results} == {1, 2, 3, 4, 5}
    assert {result["category_id"] for result in results} <= {3, 4}
    for result in results:
        assert result["segmentation"]["size"] == [64, 64]
        assert rle.area(result["segmentation"]) > 0
        assert 0 <= result["score"] <= 1
    assert predictions.manifest.inputs == {"checkpoint": checkpoint_uri, "dataset": dataset_uri}
    figures = predictions.manifest.figures
    assert (figures["images"], figures["instances"], figures["unreadable"]) == (5, len(results), [])
    assert figures["limited"] == figures["remarks"]["count"] == 5  # config lets each have five


def test_how_it_was_computed_is_no_part_of_what_it_is(
    config: PicturePrediction, checkpoint_uri: str, dataset_uri: str
) -> None:
    def name(**changes: Any) -> str:
        return plan_dataset(config.model_copy(update=changes), checkpoint_uri, dataset_uri).id

    assert name() == name(batch_size=7) == name(threads=3) == name(device="cpu")
    assert len({name(), name(score_threshold=0.3), name(max_pixels=10_000)}) == 3


def test_the_batch_size_does_not_change_the_instances(
    predictions: Artifact, config: PicturePrediction, checkpoint_uri: str, dataset_uri: str, shelf: DirectoryStore
) -> None:
    together = config.model_copy(update={"batch_size": 5})
    other = run(plan_dataset(together, checkpoint_uri, dataset_uri), DirectoryStore(shelf.root / "other"))
    for a, b in zip(read(predictions, "shards"), read(other, "shards"), strict=True):
        assert (a["image_id"], a["category_id"]) == (b["image_id"], b["category_id"])
        assert a["bbox"] == pytest.approx(b["bbox"], abs=0.1)


def test_a_finished_shard_is_not_predicted_again(
    config: PicturePrediction, checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    plan = plan_dataset(config, checkpoint_uri, dataset_uri)
    work(plan, "1-2", directory_store)
    with pytest.raises(NotFound, match=r"00000 of artifact [0-9a-f]{12} has no receipt"):
        seal(plan, directory_store)
    assert read_receipt(directory_store, plan.id, "00000") is None
    receipt = read_receipt(directory_store, plan.id, "00001")
    assert receipt is not None
    predictions = run(plan, directory_store)
    assert json.loads(predictions.read("shards/00000.json"))
    for name, entry in receipt.files.items():
        assert predictions.manifest.files[name] == entry  # its key too, so it is what the first attempt wrote
    assert directory_store.list("work") == []


def test_a_worker_that_comes_too_late_changes_nothing_that_is_sealed(
    config: PicturePrediction, checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    plan = plan_dataset(config, checkpoint_uri, dataset_uri)
    computes_otherwise = plan.model_copy(update={"config": config.model_copy(update={"score_threshold": 1.0})})
    late = Worker(computes_otherwise, directory_store)
    predictions = run(plan, directory_store)
    before = {name: predictions.read(name) for name in predictions.manifest.files}
    late.predict("00000")
    assert {name: predictions.read(name) for name in predictions.manifest.files} == before
    assert len(directory_store.list(predictions.manifest.prefix)) > len(before) + 1  # its own bytes lie elsewhere
    assert directory_store.list(f"work/{plan.id}")
    assert run(plan, directory_store).manifest == predictions.manifest
    assert directory_store.list("work") == []


def test_classes_that_differ_are_refused_naming_both(
    config: PicturePrediction, other_checkpoint_uri: str, dataset_uri: str
) -> None:
    with pytest.raises(CategoryMismatch) as fault:
        plan_dataset(config, other_checkpoint_uri, dataset_uri)
    for part in (other_checkpoint_uri, "3 blocks", dataset_uri, "3 block,"):
        assert part in str(fault.value)


def test_an_empty_split_is_named(config: PicturePrediction, checkpoint_uri: str, dataset_uri: str) -> None:
    with pytest.raises(EmptySplit, match=r"nothing in split 'test' \(splits: val\)"):
        plan_dataset(config.model_copy(update={"split": "test"}), checkpoint_uri, dataset_uri)


def test_a_part_nobody_planned_is_refused(
    config: PicturePrediction, checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    with pytest.raises(InvalidInput, match="part '7-8': it must be <first>-<stop> within 0-2"):
        work(plan_dataset(config, checkpoint_uri, dataset_uri), "7-8", directory_store)


RERUN = """
import sys
from maskline.contract.stage.entry import main
from maskline.predict.__main__ import run_verb
code = main({"run": run_verb}, sys.argv[1:])
sys.exit(code or ("torch" in sys.modules and 9))
"""


def test_sealed_predictions_are_found_without_importing_torch(
    call: Callable[..., Any],
    checkpoint_uri: str,
    dataset_uri: str,
    directory_store: DirectoryStore,
) -> None:
    predictions = run(plan_dataset(PicturePrediction(), checkpoint_uri, dataset_uri), directory_store)
    reign = Reign(
        time="now",
        checkpoint=checkpoint_uri,
        report="r",
        dataset=dataset_uri,
        measure="mask AP",
        figure=0.5,
        reason="led",
    )
    write_champion(directory_store, "shapes", predictions.manifest.categories.key, crown(reign, None), None)
    executor_input, outputs = call(
        ["predictions_uri", "champion_predictions_uri", "evaluated_dataset_uri"],
        checkpoint_uri=checkpoint_uri,
        dataset_uri=dataset_uri,
        evaluation_dataset="",
        champion_of="shapes",
        domain="shapes",
        reading="",
        overrides="",
    )
    done = subprocess.run(
        [sys.executable, "-c", RERUN, "run", executor_input], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert outputs()["predictions_uri"] == outputs()["champion_predictions_uri"] == predictions.uri
