"""Targets: by hand, and against the plainest way to work them out."""

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.volumes.training.targets import signed_distance, targets_of


def plain_distance(labels: NDArray[np.int32], limit: float) -> NDArray[np.float32]:
    """Look at every pair of voxels."""
    places, flat = np.argwhere(np.ones(labels.shape, bool)), labels.ravel()
    found = np.empty(labels.size)
    for number, (place, label) in enumerate(zip(places, flat, strict=True)):
        across = flat != label if label else flat > 0
        apart = np.sqrt(((places[across] - place) ** 2).sum(1))
        found[number] = min(limit, apart.min(initial=limit)) * (1 if label else -1)
    return found.astype(np.float32).reshape(labels.shape)


def test_a_row_of_two_touching_instances_by_hand() -> None:
    row = np.array([0, 0, 0, 1, 1, 1, 2, 2, 0], np.int32)[None, None]

    assert signed_distance(row, 5).ravel().tolist() == [-3, -2, -1, 1, 2, 1, 1, 1, -1]
    assert signed_distance(row, 2).ravel().tolist() == [-2, -2, -1, 1, 2, 1, 1, 1, -1]


def test_labels_grow_by_a_voxel_before_distances_are_taken_but_not_the_foreground() -> None:
    row = np.array([0, 0, 0, 1, 1, 1, 0, 0], np.int32)[None, None]

    found = targets_of(row, 5)

    assert found.distance.ravel().tolist() == [-2, -1, 1, 2, 3, 2, 1, -1]
    assert found.foreground.ravel().tolist() == [False] * 3 + [True] * 3 + [False] * 2


def test_boundaries_are_two_voxels_thick_between_instances_and_to_the_background() -> None:
    row = np.array([0, 0, 1, 1, 1, 2, 2, 2, 0, 0], np.int32)[None, None]

    assert targets_of(row, 5).boundary.ravel().astype(int).tolist() == [0, 1, 1, 0, 1, 1, 0, 1, 1, 0]


def test_boundaries_between_are_where_two_instances_meet_or_leave_one_voxel() -> None:
    row = np.array([0, 1, 1, 1, 2, 2, 0, 0, 3, 0, 4, 4], np.int32)[None, None]

    found = targets_of(row, 5, "between").boundary

    assert found.ravel().astype(int).tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0]


def test_a_thin_wall_is_no_boundary_between() -> None:
    wall = np.zeros((5, 7, 7), np.int32)
    wall[:, 2:4] = 1

    assert not targets_of(wall, 5, "between").boundary.any()
    assert targets_of(wall, 5, "around").boundary[wall > 0].all()


@pytest.mark.parametrize("label", [0, 1])
def test_without_a_surface_distances_are_the_limit(label: int) -> None:
    labels = np.full((3, 4, 5), label, np.int32)

    assert (signed_distance(labels, 4) == (4 if label else -4)).all()


@pytest.mark.parametrize("seed", range(4))
def test_distances_agree_with_looking_at_every_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 4, (3, 3, 3))
    labels = np.kron(coarse, np.ones((2, 3, 3), int))[: 5 + seed].astype(np.int32)

    np.testing.assert_allclose(signed_distance(labels, 4), plain_distance(labels, 4), rtol=1e-6)
