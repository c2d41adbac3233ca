"""Part by part, from boxes, with shortcuts: the same instances as the plain steps over whole arrays give."""

import itertools
from typing import Any

import numpy as np
import plain
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from maskline.contract.errors import InvalidInput
from maskline.volumes.instances.config import CryoSiamInstances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.voxels import Box, InMemory

Array = NDArray[Any]
CENTRES = [(0, 3), (-1, 2), (0.3, 2), (1, 5), (2, 2), (40, 41)]
MERGING = [(False, 0.5), (True, 0.5), (True, 0.8), (True, 1.0)]


def maps(seed: int, shape: tuple[int, int, int], grain: float) -> list[Array]:
    """Smooth noise: parts of many forms, at the borders too, and markers that touch."""
    rng = np.random.default_rng(seed)
    form, other, edges = (gaussian_filter(rng.standard_normal(shape), sigma) for sigma in (grain, grain, 1))
    form, other, edges = (noise / noise.std() for noise in (form, other, edges))
    return [array.astype(np.float32) for array in (_odds(2 * form), 3 * form + other, _odds(edges))]


def _odds(logit: Array) -> Array:
    return 1 / (1 + np.exp(-logit))


def found(volumes: list[Array], options: CryoSiamInstances) -> Array:
    return segment(Maps(*(InMemory(volume) for volume in volumes)), options)


@pytest.mark.parametrize("merging", MERGING)
@pytest.mark.parametrize("distance_type", [0, 1, 2])
@pytest.mark.parametrize("threshold", [0.4, 0.6, 1.0])
def test_every_combination_of_options_gives_the_plain_steps_instances(
    threshold: float, distance_type: Any, merging: tuple[bool, float]
) -> None:
    for (lowest, highest), (seed, shape, grain) in itertools.product(
        CENTRES, [(1, (12, 15, 13), 1.2), (2, (5, 22, 16), 2.5), (3, (1, 14, 9), 1.5)]
    ):
        volumes = maps(seed, shape, grain)
        if threshold == 1:
            volumes[0] = (volumes[0] > 0.55).astype(np.float32)
        options = CryoSiamInstances(
            threshold_foreground=threshold,
            distance_type=distance_type,
            min_center_distance=lowest,
            max_center_distance=highest,
            postprocessing=merging[0],
            boundary_bias=merging[1],
        )
        expected = plain.renumbered(plain.segment(volumes, options))
        assert np.array_equal(found(volumes, options), expected), (lowest, highest, seed)


def test_a_volume_of_many_slabs_and_parts_gives_the_same() -> None:
    volumes = maps(5, (70, 20, 18), 2)
    options = CryoSiamInstances(distance_smoothing=1.5)
    result = found(volumes, options)
    assert result.max() >= 5
    assert np.array_equal(result, plain.renumbered(plain.segment(volumes, options)))


def test_no_part_depends_on_what_lies_in_the_others() -> None:
    """Another part's distances and boundaries, voxels away, are nobody else's business."""
    volumes = [np.zeros((12, 12, 40), np.float32) for _ in range(3)]
    volumes[0][2:10, 2:10, 2:18] = volumes[0][2:10, 2:10, 22:38] = 1
    volumes[1][:] = maps(1, (12, 12, 40), 1.5)[1]
    volumes[2][:] = maps(2, (12, 12, 40), 1.5)[2]
    before = found(volumes, CryoSiamInstances())[:, :, :20].copy()
    volumes[1][:, :, 22:] *= -1
    volumes[2][:, :, 22:] = 0.9
    assert before.max() > 2
    assert np.array_equal(plain.renumbered(found(volumes, CryoSiamInstances())[:, :, :20]), plain.renumbered(before))


def test_foreground_of_a_whole_volume_is_as_deep_as_is_measured() -> None:
    volumes = [np.ones((4, 4, 4), np.float32), np.full((4, 4, 4), -1, np.float32), np.zeros((4, 4, 4), np.float32)]
    assert (found(volumes, CryoSiamInstances(distance_type=2, min_center_distance=5)) == 1).all()
    assert (found(volumes, CryoSiamInstances(distance_type=0, min_center_distance=1)) == 0).all()


def test_an_empty_volume_has_no_instance() -> None:
    assert not found([np.zeros((3, 4, 5), np.float32)] * 3, CryoSiamInstances()).any()


def test_instances_are_counted_in_the_order_of_their_first_voxels() -> None:
    result = found(maps(4, (14, 15, 16), 1.5), CryoSiamInstances())
    numbers, first = np.unique(result, return_index=True)
    assert numbers.tolist() == list(range(len(numbers)))
    assert (np.diff(first[1:]) > 0).all()


def test_only_boxes_around_parts_are_read_of_what_is_no_foreground() -> None:
    class Watched(InMemory):
        def read(self, box: Box) -> Array:
            assert max(box.stop[2], 0) <= 20
            return super().read(box)

    volumes = maps(3, (16, 16, 60), 2)
    volumes[0][:, :, 14:] = 0
    watched = Maps(InMemory(volumes[0]), Watched(volumes[1]), Watched(volumes[2]))
    assert np.array_equal(segment(watched, CryoSiamInstances()), found(volumes, CryoSiamInstances()))


def test_maps_of_several_shapes_are_told() -> None:
    with pytest.raises(InvalidInput, match=r"of one shape.*distances \(3, 4, 5\)"):
        Maps(InMemory(np.zeros((3, 4, 6))), InMemory(np.zeros((3, 4, 5))), InMemory(np.zeros((3, 4, 6))))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_map_with_a_value_that_is_not_finite_is_refused(which: int) -> None:
    volumes = maps(1, (12, 15, 13), 1.2)
    volumes[which][:] = np.nan
    with pytest.raises(InvalidInput, match="not finite"):
        found(volumes, CryoSiamInstances())
