"""The evaluate stage on sealed artifacts: what it finds, what it refuses, what it leaves."""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from laboratory import Lab, Spoil

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import CategoryMismatch, Corrupt, EmptySplit, InvalidInput, NotFound


def test_a_sealed_report_is_returned_without_looking_again(lab: Lab) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    first = lab.report(predictions, dataset)
    for artifact in (dataset, predictions):
        for entry in artifact.manifest.files.values():
            lab.store.delete(f"{artifact.manifest.prefix}/{entry.key}")
    assert lab.report(predictions, dataset).uri == first.uri
    with pytest.raises(NotFound):
        lab.report(predictions, dataset, score_threshold=0.6)  # another report, which would have to look


def test_the_same_inputs_give_the_same_bytes(lab: Lab) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    first = lab.report(predictions, dataset)
    for path in lab.store.list(first.manifest.prefix):
        lab.store.delete(path)
    assert lab.report(predictions, dataset).manifest == first.manifest


def test_predictions_of_another_dataset_are_refused(lab: Lab) -> None:
    one, other = lab.dataset(12), lab.dataset(6)
    with pytest.raises(InvalidInput) as fault:
        lab.report(lab.predictions(one), other)
    assert one.uri in str(fault.value)
    assert other.uri in str(fault.value)
    loose = lab.predictions(one, inputs={"checkpoint": "x", "images": "sha256:0"})
    with pytest.raises(InvalidInput, match="no truth"):
        lab.report(loose, one)


def test_another_category_table_is_refused(lab: Lab) -> None:
    dataset = lab.dataset()
    table = CategoryTable(domain="shapes", policy="test/1", categories=(Category(id=1, name="arc", colour="#000000"),))
    predictions = lab.predictions(dataset, categories=table)
    with pytest.raises(CategoryMismatch) as fault:
        lab.report(predictions, dataset)
    assert predictions.uri in str(fault.value)
    assert dataset.uri in str(fault.value)


def test_results_for_unknown_images_are_refused(lab: Lab, spoils: dict[str, Spoil]) -> None:
    def elsewhere(annotation: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
        return [result | {"image_id": 5000 + result["image_id"]} for result in spoils["truthful"](annotation, rng)]

    dataset = lab.dataset()
    with pytest.raises(
        InvalidInput, match=r"12 image\(s\), the first with id 5001, .* not among the 12 of split 'val'"
    ):
        lab.report(lab.predictions(dataset, elsewhere), dataset)


@pytest.mark.parametrize(
    ("shard", "rule"),
    [({"a": 1}, "not a list of COCO results"), ([{"image_id": 1, "category_id": 1, "score": 1.0}], "without 'bbox'")],
)
def test_predictions_that_are_no_coco_results_are_refused(lab: Lab, shard: Any, rule: str) -> None:
    dataset = lab.dataset()
    files = {"shards/00000.json": json.dumps(shard).encode()}
    broken = lab.seal("predictions", "broken", files, inputs={"dataset": dataset.uri})
    with pytest.raises(Corrupt, match=rf"shards/00000\.json .*{rule}"):
        lab.report(broken, dataset)


def test_an_empty_split_is_named(lab: Lab) -> None:
    dataset = lab.dataset()
    with pytest.raises(EmptySplit, match=r"'test' \(splits: val\)"):
        lab.report(lab.predictions(dataset), dataset, split="test")


def test_a_truncated_shard_is_named_and_nothing_is_sealed(lab: Lab) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    whole, key = dataset.read("shards/val-00000.json"), dataset.manifest.files["shards/val-00000.json"].key
    lab.store.write(f"{dataset.manifest.prefix}/{key}", whole[:-9])
    with pytest.raises(Corrupt, match=key):
        lab.report(predictions, dataset)
    assert lab.store.list("reports") == []


def test_neither_torch_nor_the_scoring_library_is_imported_to_find_a_sealed_report() -> None:
    code = "import maskline.evaluate.__main__, sys; print({'torch', 'faster_coco_eval', 'PIL'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.usefixtures("opinionated")
def test_a_reading_that_the_domain_does_not_offer_is_refused(lab: Lab) -> None:
    dataset = lab.dataset()
    with pytest.raises(InvalidInput, match=r"reading 'aloud' does not exist for domain 'shapes' .*: as_rings\)"):
        lab.report(lab.predictions(dataset), dataset, reading="aloud")
    assert lab.store.list("reports") == []
