"""Balls around centres are the same wherever they are cut."""

import numpy as np

from maskline.volumes.formats.particles.balls import Balls
from maskline.volumes.voxels import Box, whole

SHAPE = (12, 14, 16)


def test_a_ball_of_radius_1_is_a_centre_and_its_six_neighbours() -> None:
    ids = Balls(np.array([[5.0, 6.0, 7.0]]), 1, SHAPE).read(whole(SHAPE))

    assert sorted(np.argwhere(ids).tolist()) == sorted(
        [[5, 6, 7], [4, 6, 7], [6, 6, 7], [5, 5, 7], [5, 7, 7], [5, 6, 6], [5, 6, 8]]
    )


def test_each_voxel_is_the_nearest_centres_within_the_radius_in_any_box() -> None:
    centres = np.random.default_rng(0).uniform(-3, 16, (30, 3))
    balls = Balls(centres, 2.7, SHAPE)

    # The plain way: every voxel against every centre.
    apart = np.square(np.moveaxis(np.indices(SHAPE), 0, -1)[..., None, :] - centres).sum(-1)
    expected = np.where(apart.min(-1) <= 2.7**2, apart.argmin(-1) + 1, 0)
    np.testing.assert_array_equal(balls.read(whole(SHAPE)), expected)
    box = Box((2, 3, 5), (9, 10, 16))
    np.testing.assert_array_equal(balls.read(box), expected[box.slices])
