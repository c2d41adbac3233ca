"""Volumes through the evaluate stage."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact, Manifest, place, seal, write_file
from maskline.contract.config import canonical_json
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.shard import Dataset, pack, shard_name
from maskline.contract.store.directory import DirectoryStore
from maskline.evaluate.config import EvaluateInputs
from maskline.evaluate.stage import run
from maskline.volumes.bricks.cutting import Volume, samples_of
from maskline.volumes.bricks.encoding import encode
from maskline.volumes.evaluation.config import VolumeEvaluation
from maskline.volumes.evaluation.entry import evaluation
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.voxels import InMemory

Labels = NDArray[np.uint32]
Seal = Callable[[Any, Mapping[str, bytes], dict[str, str]], Artifact]


@pytest.fixture
def sealed(tmp_path: Any, spec: VolumeSpec) -> Seal:
    store = DirectoryStore(tmp_path / "store")

    def sealed(kind: Any, contents: Mapping[str, bytes], inputs: dict[str, str]) -> Artifact:
        prefix = place(kind, "tiny", "0" * 12)
        files = {name: write_file(store, prefix, name, data) for name, data in contents.items()}
        empty: dict[str, Any] = {"config": {}, "figures": {}, "stage": "test", "id": "0" * 12, "record": "volume/1"}
        return seal(
            store, Manifest(kind=kind, name="tiny", categories=spec.categories, files=files, inputs=inputs, **empty)
        )

    return sealed


@pytest.fixture
def dataset(sealed: Seal, spec: VolumeSpec) -> Callable[..., Artifact]:
    def dataset(*volumes: Volume) -> Artifact:
        contents: dict[str, bytes] = {}
        samples = [sample for volume in volumes for sample in samples_of(volume)]
        for number, sample in enumerate(samples):  # each in a shard of its own
            sample.image["id"] = number + 1
            for label in sample.annotations:
                label["image_id"] = number + 1
            document, tar = pack([sample], spec.categories)
            name = shard_name("val", number)
            contents |= {f"{name}.json": document, f"{name}.tar": tar}
        return sealed("dataset", contents, {})

    return dataset


def found(artifact: Artifact, labels: Mapping[str, Labels], sealed: Seal, skipped: int = 0) -> Artifact:
    """Seal predictions.  labels: volume -> what was found.  skipped: so many bricks have none."""
    dataset, contents, records, results = Dataset(artifact), dict[str, bytes](), [], []
    for shard in dataset.shards("val"):
        (record,) = dataset.document(shard)["images"]
        records.append(record)
        own = labels[record["volume"]]
        cut = tuple(slice(at, at + side) for at, side in zip(record["start"], record["shape"], strict=True))
        if len(records) > skipped:
            contents[f"labels/{record['file_name'].removesuffix('.raw')}.labels"] = encode(own[cut])
    for name, own in labels.items():
        for number in np.unique(own)[1:].tolist():
            centre = np.argwhere(own == number).mean(0).tolist()
            results.append({"image_id": 1, "category_id": 1, "score": 1 / number, "volume": name, "instance": number})
            results[-1]["centroid"] = centre
    contents |= {"images/00000.json": canonical_json(records), "shards/joined.json": canonical_json(results)}
    return sealed("predictions", contents, {"dataset": artifact.uri})


def balls(shape: tuple[int, int, int] = (20, 24, 150)) -> Labels:
    z, y, x = np.indices(shape)
    labels = np.zeros(shape, np.uint32)
    for number, at in enumerate([12, 40, 74, 110, 140], 1):
        labels[(z - 10) ** 2 + (y - 12) ** 2 + (x - at) ** 2 <= 64] = number
    return labels


def volume(name: str, labels: Labels, mask: InMemory | None = None) -> Volume:
    return Volume(name, InMemory(labels.astype(np.float32)), InMemory(labels), mask)


def evaluated(artifact: Artifact, predictions: Artifact) -> Artifact:
    return run(VolumeEvaluation(), EvaluateInputs(predictions=predictions.uri, dataset=artifact.uri), artifact.store)


def test_what_is_found_exactly_is_perfect_over_bricks(dataset: Callable[..., Artifact], sealed: Seal) -> None:
    artifact = dataset(volume("a", balls()))

    report = evaluated(artifact, found(artifact, {"a": balls() * 3}, sealed))

    figures = report.manifest.figures
    assert figures["instances"] == figures["results"] == 5
    assert figures["ap50"] == figures["ap"] == figures["pq"] == figures["centre_recall"] == 1
    assert evaluation.standing(report).figure == 1
    assert "<h1>Model tiny on dataset tiny</h1>" in report.read("report.html").decode()


def test_what_is_lost_joined_and_invented_is_told_and_shown(dataset: Callable[..., Artifact], sealed: Seal) -> None:
    truth = balls()
    other = truth.copy()
    other[truth == 1], other[truth == 3] = 0, 2
    other[0:3, 0:3, 0:3] = 9
    artifact = dataset(volume("a", truth), volume("b", truth))

    report = evaluated(artifact, found(artifact, {"a": truth, "b": other}, sealed))

    metrics = json.loads(report.read("metrics.json"))
    assert metrics["fates"] == {"found": 7, "merged": 2, "split": 0, "missed": 1, "spurious": 1}
    lines = [json.loads(line) for line in report.read("per_volume.jsonl").splitlines()]
    assert [line["volume"] for line in lines] == ["a", "b"]
    assert [one["fate"] for one in lines[1]["instances"]] == ["missed", "merged", "merged", "found", "found"]
    page = report.read("report.html").decode()
    assert page.count("<figure") == 1 + 2
    assert "b: F1 0.444; 5 instances, 1 missed, 2 merged, 1 spurious" in page
    assert "AP50" in evaluation.summary(report)
    assert set(evaluation.tables(report)) == {"figures", "overlaps", "sizes and neighbours", "classes"}


def test_outside_of_the_mask_nothing_counts(dataset: Callable[..., Artifact], sealed: Seal) -> None:
    truth = balls()
    mask = np.ones(truth.shape, np.uint8)
    mask[:, :, :60] = 0
    artifact = dataset(volume("a", truth, mask=InMemory(mask)))

    figures = evaluated(artifact, found(artifact, {"a": np.where(mask, truth, 7)}, sealed)).manifest.figures

    assert (figures["instances"], figures["results"], figures["ap"]) == (3, 3, 1)


def test_a_brick_that_was_not_predicted_is_missed(dataset: Callable[..., Artifact], sealed: Seal) -> None:
    artifact = dataset(volume("a", balls()))

    figures = evaluated(artifact, found(artifact, {"a": balls()}, sealed, skipped=1)).manifest.figures

    assert figures["recall"] == pytest.approx(2 / 5)  # of the third, 9 of 17 planes are in the first brick


def test_a_volume_without_labels_is_told(dataset: Callable[..., Artifact], sealed: Seal) -> None:
    artifact = dataset(Volume("a", InMemory(balls().astype(np.float32))))

    with pytest.raises(InvalidInput, match="volume a has no labels: there is nothing to compare with"):
        evaluated(artifact, found(artifact, {"a": balls()}, sealed))


def test_voxels_of_no_result_are_told(dataset: Callable[..., Artifact], sealed: Seal) -> None:
    artifact = dataset(volume("a", balls()))
    stranger = balls()
    predictions = found(artifact, {"a": stranger}, sealed)
    kept = [one for one in json.loads(predictions.read("shards/joined.json")) if one["instance"] != 4]
    names = {name: predictions.read(name) for name in predictions.manifest.files}
    names["shards/joined.json"] = canonical_json(kept)
    predictions.store.delete(f"{predictions.manifest.prefix}/manifest.json")

    with pytest.raises(Corrupt, match="instance 4 of a has voxels and no result"):
        evaluated(artifact, sealed("predictions", names, predictions.manifest.inputs))
