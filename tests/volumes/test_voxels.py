"""Boxes cut volumes, and stay within them."""

import numpy as np

from maskline.volumes.voxels import Box, InMemory, whole


def test_a_box_holds_its_start_and_not_its_stop() -> None:
    values = np.arange(4 * 5 * 6).reshape(4, 5, 6)
    box = Box((1, 2, 3), (2, 4, 6))

    assert box.shape == (1, 2, 3)
    assert InMemory(values).read(box).tolist() == [[[45, 46, 47], [51, 52, 53]]]


def test_a_box_grows_up_to_the_ends_of_its_volume() -> None:
    assert Box((1, 2, 3), (2, 4, 6)).grown(2, (4, 5, 7)) == Box((0, 0, 1), (4, 5, 7))


def test_the_whole_of_a_volume_is_all_of_it() -> None:
    values = np.arange(24).reshape(2, 3, 4)

    assert InMemory(values).read(whole(InMemory(values).shape)).tolist() == values.tolist()
