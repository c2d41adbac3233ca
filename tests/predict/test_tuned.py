"""Thresholds that were tuned for a checkpoint, in predictions of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from maskline.contract.artifact import Artifact, Manifest, open_sealed, place, seal, write_file
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import DOCUMENT
from maskline.contract.picture import encode_png
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.thresholds import FILE, Pointer, Threshold, Thresholds, hold, pointer_path
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pipelines.command_line import app
from maskline.predict.direct import find, segment
from maskline.predict.plan import plan_dataset, plan_pictures
from maskline.predict.stage import run

PLAIN = PicturePrediction(threads=1, max_detections=5)
Hold = Callable[[float], Artifact]


@pytest.fixture
def tuned(checkpoint_uri: str, directory_store: DirectoryStore) -> Hold:
    """Let thresholds hold, in the store of the test, for blocks of the checkpoint that all tests share."""
    checkpoint = open_sealed(checkpoint_uri, "checkpoint")

    def let_hold(score: float) -> Artifact:
        chosen, key = Thresholds(classes={"block": Threshold(score=score, pixels=3)}), f"{round(score * 100):012x}"
        data = canonical_json(chosen.model_dump(mode="json"))
        entry = write_file(directory_store, place("thresholds", "tiny", key), FILE, data)
        manifest = Manifest(
            kind="thresholds", record="coco/1", name="tiny", id=key, stage="tune",
            categories=checkpoint.manifest.categories, config={}, inputs={"checkpoint": checkpoint_uri},
            files={FILE: entry}, figures={},
        )  # fmt: skip
        artifact = seal(directory_store, manifest)
        hold(artifact)
        return artifact

    return let_hold


@pytest.fixture
def pictures(folder: Path, picture: Callable[[int], NDArray[np.uint8]]) -> str:
    (folder / "a.png").write_bytes(encode_png(picture(1)))
    return str(folder)


def test_ones_own_pictures_are_cut_and_named_by_what_was_tuned(
    tuned: Hold, checkpoint_uri: str, pictures: str, directory_store: DirectoryStore
) -> None:
    def plan(**told: Any) -> Any:
        config = PicturePrediction.model_validate({**PLAIN.model_dump(exclude_unset=True), **told})
        return plan_pictures(config, checkpoint_uri, pictures, directory_store)

    before = plan()
    first, once = tuned(0.3), plan()
    second, again = tuned(0.2), plan()

    assert len({before.id, once.id, again.id}) == 3
    assert once.inputs["thresholds"] == first.uri
    assert again.inputs["thresholds"] == second.uri
    assert (again.config.thresholds, again.config.min_pixels) == ({"block": 0.2}, {"block": 3})
    assert "thresholds" not in plan(tuned="never").inputs
    assert plan(thresholds={"block": 0.9}).config.thresholds == {"block": 0.9}
    assert plan(score_threshold=0.4).config.thresholds == {}


def test_predictions_to_be_evaluated_are_not_cut_unless_they_shall_be(
    tuned: Hold, checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    before = plan_dataset(PLAIN, checkpoint_uri, dataset_uri, directory_store)
    chosen = tuned(0.9)

    assert plan_dataset(PLAIN, checkpoint_uri, dataset_uri, directory_store) == before
    always = PLAIN.model_copy(update={"tuned": "always"})
    plan = plan_dataset(always, checkpoint_uri, dataset_uri, directory_store)
    assert plan.inputs["thresholds"] == chosen.uri
    names = {category.name: category.id for category in plan.categories.categories}
    predictions = run(plan, directory_store)
    shards = [name for name in predictions.manifest.files if name.startswith("shards/")]
    found = [result for name in shards for result in json.loads(predictions.read(name))]
    assert all(result["score"] >= 0.9 for result in found if result["category_id"] == names["block"])
    assert predictions.manifest.config["thresholds"] == {"block": 0.9}


def test_files_of_this_machine_are_cut_by_what_was_tuned_and_their_document_tells(
    tuned: Hold, checkpoint_uri: str, pictures: str, directory_store: DirectoryStore, tmp_path: Path
) -> None:
    tuned(0.01)
    checkpoint = open_sealed(checkpoint_uri, "checkpoint")

    def info(**told: Any) -> Any:
        output = tmp_path / "masks"
        selection = find(checkpoint, [Path(pictures)], output)
        assert list(segment(checkpoint, selection, {"threads": 1, **told}, output, directory_store))
        content = json.loads((output / DOCUMENT).read_bytes())
        return {name: of for name, of in content["info"].items() if name in {"score_threshold", "thresholds"}}

    assert info() == {"score_threshold": 0.5, "thresholds": {"block": 0.01}}
    assert info(score_threshold=0.2) == {"score_threshold": 0.2}
    assert info(tuned="never") == {"score_threshold": 0.5}


def test_thresholds_of_another_checkpoint_stop_the_plan(
    tuned: Hold, checkpoint_uri: str, other_checkpoint_uri: str, pictures: str, directory_store: DirectoryStore
) -> None:
    of_this = tuned(0.5)
    pointer = Pointer(thresholds=of_this.manifest.prefix).model_dump(mode="json")
    directory_store.write(pointer_path(other_checkpoint_uri), canonical_json(pointer))
    with pytest.raises(InvalidInput, match=f"{of_this.uri} holds thresholds of {checkpoint_uri}, not of"):
        plan_pictures(PLAIN, other_checkpoint_uri, pictures, directory_store)


def test_tune_predicts_chooses_and_tells_each_class(
    checkpoint_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    words = ["tune", checkpoint_uri, dataset_uri, "--for", "f1", "--store", directory_store.uri]

    done = CliRunner().invoke(app, words)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    (block,) = (line for line in lines if line.lstrip().startswith("block"))
    assert block.split("stays: ")[1].strip() == "nothing of it is in these pictures"  # nothing is labelled there
    found = open_sealed(lines[-1], "thresholds")
    assert found.manifest.inputs["dataset"] == dataset_uri
    again = CliRunner().invoke(app, words)
    assert again.stdout.splitlines()[-1] == lines[-1]
