"""Rooms between membranes are found, also where a membrane has a gap that is none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.volumes.instances.membranes import Membranes, fragments, put_together, segment_membranes


def rooms(leak: float) -> NDArray[np.float32]:
    """Two by two rooms of 8 voxels a side; the wall between the first two has a probability of its own."""
    walls = np.full((8, 18, 18), 0.05, np.float32)
    walls[:, 8:10] = walls[:, :, 8:10] = 0.95
    walls[:, :8, 8:10] = leak
    return walls


def test_walls_part_rooms() -> None:
    found = segment_membranes(rooms(0.95), Membranes())
    assert [int(found[4, y, x]) for y in (4, 14) for x in (4, 14)] == [1, 2, 3, 4]
    assert found.min() == 1


def test_what_no_wall_parts_is_put_together() -> None:
    given = fragments(rooms(0.95), Membranes())
    found = put_together(given, rooms(0.1), Membranes())
    assert [int(found[4, y, x]) for y in (4, 14) for x in (4, 14)] == [1, 1, 2, 3]


def test_a_gap_in_a_quarter_of_a_wall_is_seen_by_a_low_quantile_only() -> None:
    given, walls = fragments(rooms(0.95), Membranes()), rooms(0.95)
    walls[:4, :8, 8:10] = 0.02
    low, high = (put_together(given, walls, Membranes(boundary_quantile=share)) for share in (0.25, 0.5))
    assert low[4, 4, 4] == low[4, 4, 14]
    assert high[4, 4, 4] != high[4, 4, 14]


@pytest.mark.parametrize("probability", [0, 1])
def test_without_a_boundary_anywhere_all_is_one(probability: float) -> None:
    assert (segment_membranes(np.full((3, 4, 5), probability, np.float32), Membranes()) == 1).all()


def test_every_voxel_is_in_a_fragment_and_no_fragment_in_two_rooms() -> None:
    rng = np.random.default_rng(0)
    walls = rooms(0.95) + rng.random((8, 18, 18)).astype(np.float32) * np.float32(0.04)
    found = fragments(walls, Membranes())
    assert found.min() == 1
    quarters = [found[:, y, x] for y in (slice(0, 8), slice(10, 18)) for x in (slice(0, 8), slice(10, 18))]
    assert sum(len(np.unique(quarter)) for quarter in quarters) == len(np.unique(np.stack(quarters)))
