"""Datasets made of datasets: folds, and what predictions are sure of."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.render.deriving.config import FoldConfig
from maskline.render.deriving.stage import run
from tests.render.conftest import RECORD, WORDS

if TYPE_CHECKING:
    from tests.render.conftest import Lines

LABELLED = ("train low", "train low", "train high", "val low*", "val high*", "test low")
UNLABELLED = ("pool low", "pool high", "pool high*")


def samples_of(artifact: Artifact) -> dict[str, list[Sample]]:
    dataset = Dataset(artifact)
    return {split: [s for shard in dataset.shards(split) for s in dataset.samples(shard)] for split in dataset.splits}


def texts(artifact: Artifact) -> dict[str, list[bytes]]:
    return {split: [sample.members["txt"] for sample in found] for split, found in samples_of(artifact).items()}


def predicted(store: DirectoryStore, dataset: Artifact, results: list[dict[str, Any]]) -> Artifact:
    """Seal results as predictions of the dataset's split `pool`."""
    prefix = place("predictions", "words", "0123456789ab")
    entry = write_file(store, prefix, "shards/00000.json", json.dumps(results).encode())
    manifest = Manifest(
        kind="predictions",
        record=RECORD,
        name="words",
        id="0123456789ab",
        stage="predict",
        categories=WORDS,
        config={"split": "pool"},
        inputs={"dataset": dataset.uri},
        files={"shards/00000.json": entry},
        figures={},
    )
    return seal(store, manifest)


def result(image: int, score: float, category: int = 1, **more: object) -> dict[str, Any]:
    return {"image_id": image, "category_id": category, "score": score, **more}


@pytest.fixture
def labelled(lines: "Lines", directory_store: DirectoryStore) -> Artifact:
    return lines.imported(directory_store, *LABELLED)


def test_in_all_folds_together_every_group_is_held_out_once_and_other_splits_stay(
    labelled: Artifact, directory_store: DirectoryStore
) -> None:
    held_out = []
    for fold in range(4):
        found = texts(run(FoldConfig(dataset=labelled.uri, folds=4, fold=fold), directory_store))
        assert not set(found["train"]) & set(found["val"])
        assert len(found["train"]) + len(found["val"]) == 5
        assert found["test"] == [b"low"]
        held_out += found["val"]
    assert sorted(held_out) == [b"high", b"high*", b"low", b"low", b"low*"]


def test_ids_and_names_are_unique_and_files_and_labels_are_what_they_were(
    labelled: Artifact, directory_store: DirectoryStore
) -> None:
    artifact = run(FoldConfig(dataset=labelled.uri, folds=2), directory_store)
    found = [sample for every in samples_of(artifact).values() for sample in every]
    assert sorted(sample.image["id"] for sample in found) == [1, 2, 3, 4, 5, 6]
    assert len({sample.stem for sample in found}) == 6
    labels = [label for sample in found for label in sample.annotations]
    assert len({label["id"] for label in labels}) == 6
    for sample in found:
        (label,) = sample.annotations
        assert label["image_id"] == sample.image["id"]
        assert WORDS.names[label["category_id"] - 1] == sample.members["txt"].decode().removesuffix("*")
    assert artifact.manifest.inputs == {"dataset": labelled.uri}
    assert run(FoldConfig(dataset=labelled.uri, folds=2), directory_store).uri == artifact.uri


def test_what_predictions_are_sure_of_joins_split_train_and_only_that(
    lines: "Lines", labelled: Artifact, directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "labels", lambda results: [{"category_id": one["category_id"]} for one in results])
    strange = ("pool left", "pool left", "pool right", "pool low")
    monkeypatch.setattr("tests.render.conftest.require_nothing_wrong", lambda _: None)
    pool = lines.imported(directory_store, *strange)
    results = [
        result(1, 0.9, 2),
        result(1, 0.9, 2, agreement=0.2),
        result(1, 0.4),
        result(2, 0.4),
        result(3, 0.9, agreement=1.0),
        result(4, 0.9),
    ]
    predictions = predicted(directory_store, pool, results)
    asked = FoldConfig(dataset=labelled.uri, folds=2, predictions=predictions.uri, score=0.5, agreement=0.5)
    artifact = run(asked, directory_store)
    alone = run(asked.model_copy(update={"predictions": ""}), directory_store)

    found = samples_of(artifact)
    taught = found["train"][len(samples_of(alone)["train"]) :]
    assert [sample.members["txt"] for sample in taught] == [b"left", b"right"]
    assert [[label["category_id"] for label in sample.annotations] for sample in taught] == [[2], [1]]
    assert texts(artifact)["val"] == texts(alone)["val"]
    assert artifact.manifest.figures["remarks"]["listed"] == [
        f"2 of 4 samples of {pool.uri} join split train with 2 instances",
        "1 have no sure instance, 1 have labels already",
        "3 instances are not sure: score = 0.5, agreement = 0.5",
    ]


def test_too_few_groups_and_a_fold_that_is_not_there_are_refused(
    labelled: Artifact, directory_store: DirectoryStore
) -> None:
    with pytest.raises(InvalidInput, match=r"has 4 groups in splits train and val, fewer than folds = 5"):
        run(FoldConfig(dataset=labelled.uri), directory_store)
    with pytest.raises(InvalidInput, match=r"fold = 5 must be below folds = 5"):
        parse(FoldConfig, {"dataset": labelled.uri, "fold": 5}, "folds")


def test_predictions_of_files_that_nothing_keeps_are_refused(
    labelled: Artifact, directory_store: DirectoryStore
) -> None:
    predictions = predicted(directory_store, labelled, [])
    of_files = predictions.manifest.model_copy(update={"inputs": {}, "id": "1123456789ab"})
    store = directory_store
    files = {"shards/00000.json": write_file(store, of_files.prefix, "shards/00000.json", b"[]")}
    other = seal(store, of_files.model_copy(update={"files": files}))
    with pytest.raises(InvalidInput, match="import those as a dataset without labels"):
        run(FoldConfig(dataset=labelled.uri, folds=2, predictions=other.uri), store)
