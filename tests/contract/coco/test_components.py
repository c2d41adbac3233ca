"""Parts of masks: by hand, by a flood over pixels, and by scipy."""

import numpy as np
import pytest
from scipy import ndimage

from maskline.contract.coco.components import components, ground
from maskline.contract.coco.rle import Mask


def drawn(*rows: str) -> Mask:
    return np.array([[cell == "#" for cell in row] for row in rows])


def test_pixels_that_share_a_corner_hang_together_only_if_they_may() -> None:
    mask = drawn("#..#", ".#.#")
    assert components(mask, over_corners=True).tolist() == [[1, 0, 0, 2], [0, 1, 0, 2]]
    assert components(mask, over_corners=False).tolist() == [[1, 0, 0, 2], [0, 3, 0, 2]]


def test_arms_that_meet_further_down_are_one_part() -> None:
    assert components(drawn("#.#.#", "#.###", "###.."), over_corners=False).max() == 1


def test_a_row_that_ends_and_one_that_begins_are_no_neighbours() -> None:
    assert components(drawn("..#", "#.."), over_corners=True).max() == 2


def test_ground_that_is_enclosed_is_a_hole_and_a_diagonal_is_a_wall() -> None:
    assert ground(drawn(".#.", "#.#", ".#.")).tolist() == [[1, 0, 1], [0, 2, 0], [1, 0, 1]]
    assert ground(drawn("###", "#..", "###")).max() == 1


def test_an_empty_mask_and_a_full_one() -> None:
    assert components(np.zeros((3, 4), bool), over_corners=True).tolist() == [[0] * 4] * 3
    assert components(np.zeros((0, 0), bool), over_corners=True).shape == (0, 0)
    assert components(np.ones((3, 4), bool), over_corners=False).tolist() == [[1] * 4] * 3


@pytest.mark.parametrize("over_corners", [False, True])
@pytest.mark.parametrize("share", [0.2, 0.45, 0.6, 0.8])
def test_parts_are_those_of_scipy(share: float, *, over_corners: bool) -> None:
    rng = np.random.default_rng(int(100 * share))
    for height, width in rng.integers(1, 40, (25, 2)).tolist():
        mask = rng.random((height, width)) < share
        theirs, _ = ndimage.label(mask, np.ones((3, 3)) if over_corners else None)
        assert (components(mask, over_corners=over_corners) == theirs).all()
        assert ((ground(mask) != 1) == ndimage.binary_fill_holes(mask)).all()
