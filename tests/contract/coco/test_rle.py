"""Masks in COCO's compressed form agree with pycocotools and with the plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from pycocotools import mask as pycoco

from maskline.contract.coco import rle

MASKS = arrays(bool, st.tuples(st.integers(1, 13), st.integers(1, 13)))


@given(MASKS)
def test_decode_undoes_encode(mask: rle.Mask) -> None:
    assert np.array_equal(rle.decode(rle.encode(mask)), mask)


@given(MASKS)
def test_pycocotools_writes_and_reads_the_same(mask: rle.Mask) -> None:
    ours, theirs = rle.encode(mask), pycoco.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert ours["counts"] == theirs["counts"].decode()
    assert rle.area(ours) == pycoco.area(theirs) == mask.sum()
    assert rle.bbox(ours) == pycoco.toBbox(theirs).tolist()


@given(MASKS, st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_a_crop_is_the_mask_with_zeros_around_it(crop: rle.Mask, x: int, y: int, right: int, below: int) -> None:
    whole = np.pad(crop, ((y, below), (x, right)))
    assert rle.encode_crop(crop, x, y, *whole.shape) == rle.encode(whole)


@given(MASKS)
def test_a_mask_is_decoded_within_its_box(mask: rle.Mask) -> None:
    code = rle.encode(mask)
    crop, x, y = rle.decode_crop(code)
    left, top, width, height = rle.bbox(code)
    assert (x, y, crop.shape) == (left, top, (height, width))
    assert np.array_equal(crop, mask[y : y + height, x : x + width])


@given(MASKS)
def test_runs_agree_with_the_plain_loop(mask: rle.Mask) -> None:
    runs, current, length = [], False, 0
    for pixel in mask.T.ravel().tolist():
        if pixel != current:
            runs.append(length)
            current, length = pixel, 0
        length += 1
    runs.append(length)
    expected = pycoco.frPyObjects({"size": list(mask.shape), "counts": runs}, *mask.shape)
    assert rle.encode(mask)["counts"] == expected["counts"].decode()


def test_a_hole_stays_a_hole() -> None:
    ring = np.ones((5, 5), dtype=bool)
    ring[2, 2] = False
    assert not rle.decode(rle.encode(ring))[2, 2]
    assert rle.area(rle.encode(ring)) == 24


@pytest.mark.parametrize(
    ("mask", "box"), [(np.zeros((3, 4), bool), [0, 0, 0, 0]), (np.ones((3, 4), bool), [0, 0, 4, 3])]
)
def test_box_of_nothing_and_of_everything(mask: rle.Mask, box: list[int]) -> None:
    assert rle.bbox(rle.encode(mask)) == box


@given(arrays(np.int16, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(-1, 3)))
def test_each_number_of_a_label_picture_is_the_mask_of_where_it_is(labels: NDArray[np.int16]) -> None:
    found = rle.encode_labels(labels)
    assert list(found) == [number for number in np.unique(labels).tolist() if number]
    assert all(mask == rle.encode(labels == number) for number, mask in found.items())


@given(MASKS)
def test_a_union_is_what_is_in_any(mask: rle.Mask) -> None:
    other = mask[::-1, ::-1]
    assert rle.union([rle.encode(mask), rle.encode(other)]) == rle.encode(mask | other)
    assert rle.union([rle.encode(mask)]) == rle.encode(mask)
