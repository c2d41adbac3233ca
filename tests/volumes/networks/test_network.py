"""Networks give maps of the size of what they read, whose meaning does not depend on the network."""

import pytest
import torch

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import CategoryMismatch, Corrupt
from maskline.volumes.networks import weights
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.spec import VolumeSpec


def table_of(*names: str) -> CategoryTable:
    categories = tuple(Category(id=number, name=name, colour="#336699") for number, name in enumerate(names, 1))
    return CategoryTable(domain="tomograms", policy="tests", categories=categories)


@pytest.mark.parametrize("architecture", ["unet", "residual"])
def test_maps_are_of_the_size_of_what_is_read(spec: VolumeSpec, architecture: str) -> None:
    network = VolumeNetwork(spec.model_copy(update={"architecture": architecture})).eval()

    maps = network.maps(torch.randn(2, 8, 12, 16))

    assert maps.shape == (2, 3, 8, 12, 16)
    assert 0 <= maps[:, 0].min() <= maps[:, 0].max() <= 1
    assert 0 <= maps[:, 2].min() <= maps[:, 2].max() <= 1


@pytest.mark.parametrize("architecture", ["unet", "residual"])
def test_several_classes_have_a_map_each_and_their_chances_add_up_to_1(spec: VolumeSpec, architecture: str) -> None:
    several = spec.model_copy(update={"architecture": architecture, "categories": table_of("ring", "rod")})

    maps = VolumeNetwork(several).eval().maps(torch.randn(1, 8, 8, 8))

    assert maps.shape == (1, 5, 8, 8, 8)
    torch.testing.assert_close(maps[:, 3:].sum(1), torch.ones(1, 8, 8, 8))


def test_a_network_reads_multiples_of_what_its_levels_halve(spec: VolumeSpec) -> None:
    deep = spec.model_copy(update={"channels": (4, 8, 16)})

    assert (spec.multiple, deep.multiple) == (4, 8)
    assert deep.model_copy(update={"architecture": "residual"}).multiple == 4


def test_the_distance_is_in_voxels_whatever_its_limit_is(spec: VolumeSpec) -> None:
    torch.manual_seed(0)
    near = VolumeNetwork(spec).eval()
    far = VolumeNetwork(spec.model_copy(update={"distance_limit_voxels": 10.0})).eval()
    far.load_state_dict(near.state_dict())
    values = torch.randn(1, 8, 8, 8)

    torch.testing.assert_close(far.read(values)[:, 1], 2 * near.read(values)[:, 1])
    torch.testing.assert_close(far.read(values)[:, 0], near.read(values)[:, 0])


def test_weights_come_back_bit_for_bit(spec: VolumeSpec) -> None:
    network, other = VolumeNetwork(spec), VolumeNetwork(spec)

    weights.load(other, weights.to_bytes(network), "a checkpoint")

    assert weights.to_bytes(other) == weights.to_bytes(network)


def test_weights_of_another_network_or_of_other_classes_are_refused(spec: VolumeSpec) -> None:
    data = weights.to_bytes(VolumeNetwork(spec))

    with pytest.raises(Corrupt, match="a checkpoint does not fit unet"):
        weights.load(VolumeNetwork(spec.model_copy(update={"channels": (4, 4)})), data, "a checkpoint")
    with pytest.raises(CategoryMismatch):
        weights.load(VolumeNetwork(spec.model_copy(update={"categories": table_of("rod")})), data, "a checkpoint")
