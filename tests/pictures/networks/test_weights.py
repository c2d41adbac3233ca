"""Weights: the same bytes for the same network, and a clear refusal of anything else."""

import pytest
import torch

from maskline.contract.categories import CategoryTable
from maskline.contract.errors import CategoryMismatch, Corrupt
from maskline.pictures.networks import weights
from maskline.pictures.networks.segmenter import Segmenter, build
from maskline.pictures.spec import ModelSpec


@pytest.fixture(scope="module")
def segmenter(narrow_spec: ModelSpec) -> Segmenter:
    return build(narrow_spec)


def test_equal_networks_give_equal_bytes(segmenter: Segmenter) -> None:
    data = weights.to_bytes(segmenter)
    twin = build(segmenter.spec)
    weights.load(twin, data)
    assert weights.to_bytes(twin.to(memory_format=torch.channels_last)) == data
    assert all(
        torch.equal(a, b) for a, b in zip(twin.state_dict().values(), segmenter.state_dict().values(), strict=True)
    )


def test_other_classes_are_refused_naming_both(segmenter: Segmenter, table: CategoryTable) -> None:
    renamed = tuple(c.model_copy(update={"name": f"{c.name}s"}) for c in table.categories)
    other = build(segmenter.spec.model_copy(update={"categories": table.model_copy(update={"categories": renamed})}))
    before = {name: tensor.clone() for name, tensor in other.state_dict().items()}
    with pytest.raises(CategoryMismatch, match=r"s3://b/weights .*2 ring.*the segmenter .*2 rings"):
        weights.load(other, weights.to_bytes(segmenter), "s3://b/weights")
    assert all(torch.equal(tensor, before[name]) for name, tensor in other.state_dict().items())


def test_another_network_is_refused_naming_the_tensor(segmenter: Segmenter) -> None:
    colour = build(segmenter.spec.model_copy(update={"channels": 3}))
    with pytest.raises(Corrupt, match=r"does not fit narrow: network\.\S+ has shape \(.*\) instead of \("):
        weights.load(colour, weights.to_bytes(segmenter))


def test_damaged_weights_are_refused(segmenter: Segmenter) -> None:
    data = weights.to_bytes(segmenter)
    for damaged in (b"", data[:100], data[:-1], b"\x80\x04" + data):
        with pytest.raises(Corrupt, match=r"^model\.safetensors cannot be read"):
            weights.load(segmenter, damaged, "model.safetensors")
