"""Several checkpoints that predict together."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.artifact import Manifest, open_sealed, place, seal, write_file
from maskline.contract.champion import Reign, crown, write_champion
from maskline.contract.errors import CategoryMismatch, InvalidInput, NotFound
from maskline.contract.kind.prediction import DOCUMENT
from maskline.contract.picture import encode_png
from maskline.contract.stage.form import check
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.prediction.config import PicturePrediction
from maskline.predict.direct import find, segment
from maskline.predict.plan import Plan, plan_dataset, plan_pictures
from maskline.predict.stage import run


@pytest.fixture(scope="session")
def second_uri(shelf: DirectoryStore, checkpoint_uri: str) -> str:
    """The first checkpoint once more, as another artifact."""
    first = open_sealed(checkpoint_uri, "checkpoint")
    prefix = place("checkpoint", "tiny", "3" * 12)
    files = {name: write_file(shelf, prefix, name, first.read(name)) for name in first.manifest.files}
    return seal(shelf, Manifest.model_validate(first.manifest.model_dump() | {"id": "3" * 12, "files": files})).uri


def also(config: PicturePrediction, *names: str) -> PicturePrediction:
    return config.model_copy(update={"also": names})


def reign(store: DirectoryStore, checkpoint: str) -> None:
    told: dict[str, Any] = {"measure": "mask AP", "figure": 0.5, "reason": "led", "report": "r", "dataset": "d"}
    table = open_sealed(checkpoint, "checkpoint").manifest.categories
    champion = crown(Reign(time="now", checkpoint=checkpoint, **told), None)
    write_champion(store, table.domain, table.key, champion, None)


def grey() -> NDArray[np.uint8]:
    picture = np.full((64, 64), 255, np.uint8)
    picture[20:40, 10:50] = 0
    return picture


def test_every_checkpoint_is_an_input_and_counts_in_the_id(
    config: PicturePrediction, checkpoint_uri: str, second_uri: str, dataset_uri: str, directory_store: DirectoryStore
) -> None:
    plan = plan_dataset(also(config, second_uri), checkpoint_uri, dataset_uri)
    predictions = run(Plan.model_validate_json(plan.model_dump_json()), directory_store)
    inputs = {"checkpoint": checkpoint_uri, "checkpoint-2": second_uri, "dataset": dataset_uri}
    assert predictions.manifest.inputs == inputs
    others = [plan_dataset(config, uri, dataset_uri) for uri in (checkpoint_uri, second_uri)]
    assert len({plan.id, *(other.id for other in others)}) == 3


def test_a_champion_is_named_by_its_uri_when_predictions_are_planned(
    config: PicturePrediction,
    checkpoint_uri: str,
    second_uri: str,
    dataset_uri: str,
    folder: Path,
    directory_store: DirectoryStore,
) -> None:
    (folder / "a.png").write_bytes(encode_png(grey()))
    with pytest.raises(NotFound, match=r"holds no champion of shapes/1-[0-9a-f]{8} yet: name a checkpoint"):
        plan_dataset(also(config, "champion"), checkpoint_uri, dataset_uri)
    reign(directory_store, second_uri)
    plans = [
        plan_dataset(also(config, "champion"), checkpoint_uri, dataset_uri),
        plan_pictures(also(config, "champion"), checkpoint_uri, str(folder), directory_store),
    ]
    for plan in plans:
        assert plan.inputs["checkpoint-2"] == second_uri
        assert plan.config == also(config, second_uri)
    assert plans[0] == plan_dataset(also(config, second_uri), checkpoint_uri, dataset_uri)


def test_other_classes_and_one_checkpoint_twice_are_refused(
    config: PicturePrediction, checkpoint_uri: str, second_uri: str, other_checkpoint_uri: str, dataset_uri: str
) -> None:
    with pytest.raises(CategoryMismatch) as fault:
        plan_dataset(also(config, second_uri, other_checkpoint_uri), checkpoint_uri, dataset_uri)
    for part in (checkpoint_uri, "3 block", other_checkpoint_uri, "3 blocks"):
        assert part in str(fault.value)
    with pytest.raises(InvalidInput, match=f"{checkpoint_uri} is named twice among the checkpoints"):
        plan_dataset(also(config, second_uri, checkpoint_uri), checkpoint_uri, dataset_uri)


def test_files_of_this_machine_are_predicted_by_several_and_the_document_names_them(
    checkpoint_uri: str, second_uri: str, other_checkpoint_uri: str, folder: Path, tmp_path: Path
) -> None:
    (folder / "a.png").write_bytes(encode_png(grey()))
    model, output = open_sealed(checkpoint_uri, "checkpoint"), tmp_path / "masks"
    selection = find(model, [folder], output)
    options = {"score_threshold": 0, "max_detections": 5, "device": "cpu", "threads": 1}
    list(segment(model, selection, options | {"also": [second_uri]}, output))
    info = json.loads((output / DOCUMENT).read_bytes())["info"]
    assert (info["checkpoint"], info["checkpoint-2"]) == (checkpoint_uri, second_uri)
    with pytest.raises(CategoryMismatch):
        segment(model, selection, options | {"also": [other_checkpoint_uri]}, output)


def test_a_contest_is_between_single_checkpoints(second_uri: str) -> None:
    values = {"domain": "molecules", "overrides": f'{{"predict": {{"also": ["{second_uri}"]}}}}'}
    assert check(values).record == "coco/1"
    with pytest.raises(
        InvalidInput, match=f"overrides: predict: beside {second_uri} no checkpoint can become champion"
    ):
        check(values | {"promote_margin": 0.0})
