"""Cropped masks agree with masks of the whole picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskline.contract.coco import rle
from maskline.pictures.prediction.tiles.crop import Crop

HEIGHT, WIDTH = 9, 12
boxes = st.tuples(st.integers(0, 7), st.integers(0, 5), st.integers(1, 5), st.integers(1, 4))


def drawn(box: tuple[int, int, int, int], seed: int) -> rle.Mask:
    """Return a mask with some of the pixels of a box, its first one among them."""
    x, y, w, h = box
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    mask[y : y + h, x : x + w] = np.random.default_rng(seed).random((h, w)) < 0.7
    mask[y, x] = True
    return mask


@given(first=boxes, second=boxes, seed=st.integers(0, 99))
def test_unions_and_ious_are_those_of_whole_masks(
    first: tuple[int, int, int, int], second: tuple[int, int, int, int], seed: int
) -> None:
    one, other = drawn(first, seed), drawn(second, seed + 1)
    codes = rle.encode(one), rle.encode(other)
    assert rle.union(codes) == rle.encode(one | other)
    crops = [Crop.of(code) for code in codes]
    assert crops[0].iou(crops[1]) == (one & other).sum() / (one | other).sum()


@given(box=boxes, window=boxes, seed=st.integers(0, 99))
def test_what_lies_within_a_window_is_what_whole_masks_have_there(
    box: tuple[int, int, int, int], window: tuple[int, int, int, int], seed: int
) -> None:
    mask, (x, y, w, h) = drawn(box, seed), window
    inside = np.zeros_like(mask)
    inside[y : y + h, x : x + w] = mask[y : y + h, x : x + w]
    part = Crop.of(rle.encode(mask)).within(x, y, x + w, y + h)
    assert part.mask.sum() == inside.sum()
    if inside.any():
        assert part.iou(Crop.of(rle.encode(inside))) == 1


def test_two_halves_overlapping_by_a_third_have_an_iou_of_one_third() -> None:
    left, right = np.zeros((2, 6), bool), np.zeros((2, 6), bool)
    left[:, :4], right[:, 2:] = True, True
    assert Crop.of(rle.encode(left)).iou(Crop.of(rle.encode(right))) == pytest.approx(1 / 3)
