"""Dilation and erosion against the plain loop, and what they must not do to masks that meet."""

import numpy as np
import pytest

from maskline.contract.coco.rle import decode, encode
from maskline.molecules.scanner.spread import spread, spread_masks


@pytest.mark.parametrize("pixels", [-2, -1, 1, 2])
def test_spread_agrees_with_the_plain_loop(pixels: int) -> None:
    values = np.random.default_rng(0).integers(0, 256, (9, 13), dtype=np.uint8)
    least, most = {-2: (-1, 1), -1: (0, 1), 1: (-1, 0), 2: (-1, 1)}[pixels]
    expected = values.copy()
    for y in range(9):
        for x in range(13):
            around = values[max(y + least, 0) : y + most + 1, max(x + least, 0) : x + most + 1]
            expected[y, x] = around.max() if pixels > 0 else around.min()
    assert np.array_equal(spread(values, pixels), expected)


def test_no_seam_opens_where_two_instances_meet() -> None:
    left, right = np.zeros((2, 10, 20), dtype=bool)
    left[3:7, 2:10] = right[3:7, 10:18] = True
    masks, pixels = spread_masks([encode(left), encode(right)], left | right, -1)
    assert pixels == -1
    assert np.array_equal(decode(masks[0]) | decode(masks[1]), spread(left | right, -1))
    assert decode(masks[0])[4, 9]


def test_masks_at_the_edge_of_the_picture_spread_within_it() -> None:
    mask = np.zeros((6, 8), dtype=bool)
    mask[:2, 6:] = True
    masks, _ = spread_masks([encode(mask)], mask, 2)
    assert np.array_equal(decode(masks[0]), spread(mask, 2))
    assert masks[0]["size"] == [6, 8]
