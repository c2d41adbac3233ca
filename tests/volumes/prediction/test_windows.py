"""Windows hold each voxel once, and what a voxel's maps are does not depend on how a volume was shared out."""

from typing import ClassVar

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.volumes.bricks.statistics import Statistics, statistics_of
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.prediction.windows import Window, maps_of, predicted, windows_of
from maskline.volumes.scaling import scaled
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.voxels import Box, InMemory, Shape

SHAPES = [(16, 16, 16), (37, 18, 23), (5, 40, 16), (1, 2, 3), (17, 33, 64)]


@pytest.fixture
def network(spec: VolumeSpec) -> VolumeNetwork:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    return VolumeNetwork(spec).eval()


def volume_of(shape: Shape) -> InMemory:
    return InMemory(np.random.default_rng(0).standard_normal(shape, np.float32))


def put(shape: Shape, found: list[tuple[Box, NDArray[np.float32]]]) -> NDArray[np.float32]:
    whole = np.full((3, *shape), np.nan, np.float32)
    for box, maps in found:
        whole[:, *box.slices] = maps
    return whole


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_kept_holds_each_voxel_once(shape: Shape) -> None:
    times = np.zeros(shape, int)
    for window in windows_of(shape, 16):
        times[window.kept.slices] += 1

    assert (times == 1).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_quarter_of_a_window_is_seen_around_what_is_kept_except_at_the_rim(shape: Shape) -> None:
    for seen, kept in windows_of(shape, 16):
        assert all(extent == min(16, side) for extent, side in zip(seen.shape, shape, strict=True))
        for axis, side in enumerate(shape):
            assert kept.start[axis] - seen.start[axis] >= 4 or kept.start[axis] == seen.start[axis] == 0
            assert seen.stop[axis] - kept.stop[axis] >= 4 or kept.stop[axis] == seen.stop[axis] == side


def test_windows_along_a_side_of_four_halves_by_hand() -> None:
    along = [(seen.start[2], seen.stop[2], kept.start[2], kept.stop[2]) for seen, kept in windows_of((1, 1, 32), 16)]

    assert along == [(0, 16, 0, 12), (8, 24, 12, 20), (16, 32, 20, 32)]


def test_the_order_is_z_y_x() -> None:
    starts = [window.kept.start for window in windows_of((32, 32, 32), 16)]

    assert starts == sorted(starts)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_slab_and_four_give_the_same_bytes(network: VolumeNetwork, shape: Shape) -> None:
    volume, windows = volume_of(shape), windows_of(shape, 16)
    statistics = statistics_of(volume)
    rows = sorted({window.kept.start[0] for window in windows})
    slabs = [[one for one in windows if one.kept.start[0] in rows[part::4]] for part in range(4)]

    at_once = put(shape, list(maps_of(volume, windows, network, statistics)))
    in_slabs = [found for slab in reversed(slabs) for found in maps_of(volume, slab, network, statistics)]

    assert not np.isnan(at_once).any()
    assert put(shape, in_slabs).tobytes() == at_once.tobytes()


def test_a_volume_of_one_window_is_what_the_network_says(network: VolumeNetwork) -> None:
    volume, statistics = volume_of((16, 8, 12)), Statistics(0, 1, -9, 9)

    ((box, maps),) = maps_of(volume, windows_of(volume.shape, 16), network, statistics)

    assert box == Box((0, 0, 0), (16, 8, 12))
    with torch.inference_mode():
        assert (maps == network.maps(torch.from_numpy(volume.values)[None])[0].numpy()).all()


def test_odd_sides_are_continued_by_their_mirror_image(network: VolumeNetwork) -> None:
    values = volume_of((3, 5, 7)).values
    mirrored = np.pad(values, [(0, 1), (0, 3), (0, 1)], "symmetric")

    assert (predicted(network, values) == predicted(network, mirrored)[:, :3, :5, :7]).all()


class Told(InMemory):
    """A volume that tells what was read of it."""

    read_of: ClassVar[list[Box]] = []

    def read(self, box: Box) -> NDArray[np.float32]:
        self.read_of.append(box)
        return self.values[box.slices]


def test_outside_the_mask_maps_are_0_and_windows_are_not_even_read(network: VolumeNetwork) -> None:
    Told.read_of.clear()
    mask = np.zeros((16, 16, 64), np.uint8)
    mask[2:9, :, :11] = 1
    volume, windows, statistics = volume_of(mask.shape), windows_of(mask.shape, 16), Statistics(0, 1, -9, 9)

    found = put(mask.shape, list(maps_of(Told(volume.values), windows, network, statistics, InMemory(mask))))

    whole = put(mask.shape, list(maps_of(volume, windows, network, statistics)))
    assert (found == np.where(mask, whole, 0)).all()
    assert Told.read_of == [windows[0].seen]


def test_it_goes_on_where_it_was_killed(network: VolumeNetwork) -> None:
    volume, windows, statistics = volume_of((24, 16, 24)), windows_of((24, 16, 24), 16), Statistics(0, 1, -9, 9)
    whole = list(maps_of(volume, windows, network, statistics))

    rest = list(maps_of(volume, windows[3:], network, statistics))

    assert [box for box, _ in rest] == [window.kept for window in windows[3:]]
    assert all((one[1] == other[1]).all() for one, other in zip(rest, whole[3:], strict=True))


def test_values_are_standard_deviations_from_the_mean_and_none_is_beyond_the_percentiles() -> None:
    values = np.array([[[0, 4, 10, 1000]]], np.int16)

    assert scaled(values, Statistics(4, 2, 1, 10)).tolist() == [[[-1.5, 0, 3, 3]]]


def test_a_volume_of_one_value_is_0_everywhere() -> None:
    flat = InMemory(np.full((4, 4, 4), 7, np.uint8))

    assert not scaled(flat.values, statistics_of(flat)).any()


def test_a_window_is_two_boxes() -> None:
    assert Window(*windows_of((4, 4, 4))[0]) == (Box((0, 0, 0), (4, 4, 4)), Box((0, 0, 0), (4, 4, 4)))
