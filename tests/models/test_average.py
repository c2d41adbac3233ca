"""The mean of several trainings' weights: a checkpoint like any other, and nothing where there is no mean."""

from pathlib import Path

import pytest
import torch
from safetensors import torch as safetensors_torch

from average import average
from maskline.contract.artifact import Artifact, Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore


@pytest.fixture
def table() -> CategoryTable:
    square = {"id": 1, "name": "square", "colour": "#ff0000"}
    return CategoryTable.model_validate({"domain": "shapes", "policy": "plain", "categories": [square]})


def trained(folder: Path, id: str, table: CategoryTable, value: float, network: bytes = b"width: 2") -> Artifact:  # noqa: A002
    store, prefix = DirectoryStore(folder), place("checkpoint", "small", id)
    weights = safetensors_torch.save({"a": torch.tensor([value, 1.0])}, {"about": "shapes"})
    contents = {"model.safetensors": weights, "model.yaml": network, "log.jsonl": id.encode()}
    manifest = Manifest(
        kind="checkpoint", record="", name="small", id=id, stage="train", categories=table, config={"steps": 3},
        inputs={"dataset": "datasets/a"}, files={n: write_file(store, prefix, n, d) for n, d in contents.items()},
        figures={"mask_ap": 0.5},
    )  # fmt: skip
    return seal(store, manifest)


def test_it_has_the_mean_of_the_weights_and_says_of_which(tmp_path: Path, table: CategoryTable) -> None:
    ones = [trained(tmp_path, str(number) * 12, table, value) for number, value in enumerate((1.0, 2.0, 6.0))]

    found = open_sealed(average(ones).uri, "checkpoint")

    weights = safetensors_torch.load(found.read("model.safetensors"))
    assert weights["a"].tolist() == [3.0, 1.0]
    assert weights["a"].dtype == torch.float32
    assert b'"about":"shapes"' in found.read("model.safetensors")
    assert found.manifest.inputs == {"dataset": "datasets/a"} | {
        f"mean_of_{place}": one.uri for place, one in enumerate(ones, 1)
    }
    assert (found.manifest.name, found.manifest.config, found.manifest.figures) == ("small", {"steps": 3}, {})
    assert found.read("log.jsonl") == b"0" * 12
    assert average(ones).uri == found.uri


def test_other_networks_have_no_mean(tmp_path: Path, table: CategoryTable) -> None:
    ones = [trained(tmp_path, "0" * 12, table, 1.0), trained(tmp_path, "1" * 12, table, 2.0, b"width: 3")]
    with pytest.raises(InvalidInput, match=r"small-0{12} and .*small-1{12} differ in model\.yaml"):
        average(ones)
    assert len(DirectoryStore(tmp_path).list("checkpoints")) == 8  # those of the two
