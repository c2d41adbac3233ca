"""What rises too little is one with what it leans on: by hand, by definition, and in shapes that are known."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label, maximum_filter
from skimage.segmentation import watershed

from maskline.volumes.instances.config import CryoSiamInstances, Instances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.instances.watershed import joined
from maskline.volumes.training.targets import targets_of
from maskline.volumes.voxels import InMemory


@pytest.mark.parametrize(
    ("rise", "expected"),
    [(0.75, [1, 1, 2, 2, 3, 3, 3]), (0.76, [1, 1, 3, 3, 3, 3, 3]), (2.01, [3, 3, 3, 3, 3, 3, 3]), (9, [3] * 7)],
)
def test_a_row_of_three_hills_by_hand(rise: float, expected: list[int]) -> None:
    distances = np.array([4, 2, 3, 2.25, 2.5, 5, 1], np.float32)[None, None]
    fragments = np.array([1, 1, 2, 2, 3, 3, 3], np.int32)[None, None]

    assert joined(fragments, distances, rise).ravel().tolist() == expected


def test_fragments_that_do_not_touch_stay() -> None:
    distances = np.array([1, 0, 1.1], np.float32)[None, None]
    fragments = np.array([1, 0, 2], np.int32)[None, None]

    assert joined(fragments, distances, 9).ravel().tolist() == [1, 0, 2]


@pytest.mark.parametrize("seed", range(4))
def test_of_the_fragments_put_together_one_rises_enough_and_no_other(seed: int) -> None:
    noise = gaussian_filter(np.random.default_rng(seed).standard_normal((12, 14, 16)), 1)
    distances = (3 * noise / noise.std()).astype(np.float32)
    mask = distances > 0
    tops = mask & (maximum_filter(distances, footprint=_cross()) == distances)
    fragments = watershed(-distances, label(tops)[0], mask=mask)
    high = {int(number) for number in fragments[tops] if _rises(fragments, distances, number, 2)}

    found = joined(fragments, distances, 2)

    assert len(high) < fragments.max()
    assert set(np.unique(found[mask])) == high
    assert all((found[fragments == number] == number).all() for number in high)


def _cross() -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(np.indices((3, 3, 3)) - 1).sum(0) <= 1
    return near


def _rises(fragments: NDArray[np.int32], distances: NDArray[np.float32], number: int, rise: float) -> bool:
    """Say whether all that is connected to a top within its rise is lower."""
    top = distances[fragments == number].max()
    pieces = label((fragments > 0) & (distances > top - rise))[0]
    piece = pieces[(fragments == number) & (distances == top)][0]
    return bool(distances[pieces == piece].max() <= top)


def maps_of(labels: NDArray[np.int32]) -> Maps:
    """What a network would say that is never wrong."""
    foreground, distance, boundary = (InMemory(part.astype(np.float32)) for part in targets_of(labels, 5))
    return Maps(foreground, distance, boundary)


def balls(*centres: int) -> NDArray[np.int32]:
    """Balls of 6 voxels in radius, one after the other along x."""
    z, y, x = np.ogrid[:17, :17, :40]
    labels = np.zeros((17, 17, 40), np.int32)
    for number, centre in enumerate(centres, 1):
        labels[(labels == 0) & ((z - 8) ** 2 + (y - 8) ** 2 + (x - centre) ** 2 <= 36)] = number
    return labels


def test_two_balls_that_touch_are_two() -> None:
    labels = balls(10, 21)

    assert np.array_equal(segment(maps_of(labels), Instances()), labels)


def test_a_dumbbell_is_one_though_its_distance_has_two_hills() -> None:
    labels = (balls(10, 26) > 0).astype(np.int32)
    labels[6:11, 6:11, 10:26] = 1

    assert np.array_equal(segment(maps_of(labels), Instances()), labels)
    assert segment(maps_of(labels), CryoSiamInstances()).max() == 2
