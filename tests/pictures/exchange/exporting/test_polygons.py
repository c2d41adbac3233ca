"""Masks as polygons: the union of polygons without holes is the mask, to the pixel, with pycocotools as the judge."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as pycoco

from maskline.contract.coco import rle
from maskline.pictures.exchange.exporting.polygons import polygons

Mask = npt.NDArray[np.bool_]


def refilled(shape: list[list[int]], mask: Mask) -> Any:
    """Return what pycocotools draws of the polygons."""
    parts = pycoco.frPyObjects([[float(value) for value in polygon] for polygon in shape], *mask.shape)
    return pycoco.decode(pycoco.merge(parts)).astype(bool)


def test_a_square_is_its_four_corners() -> None:
    mask = np.zeros((9, 9), bool)
    mask[2:5, 3:7] = True
    (square,) = polygons(rle.encode(mask))
    corners = list(zip(square[::2], square[1::2], strict=True))
    assert set(corners) == {(3, 2), (7, 2), (7, 5), (3, 5)}
    assert len(corners) == 4


def test_a_ring_is_cut_in_two_at_its_hole() -> None:
    mask = np.ones((9, 9), bool)
    mask[3:6, 3:6] = False
    assert len(polygons(rle.encode(mask))) == 2
    assert np.array_equal(refilled(polygons(rle.encode(mask)), mask), mask)


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12)).filter(np.any))
def test_whatever_the_mask_its_polygons_are_simple_disjoint_and_give_it_back(mask: Mask) -> None:
    shape = polygons(rle.encode(mask))
    assert np.array_equal(refilled(shape, mask), mask)
    outlines = [shapely.Polygon(np.reshape(polygon, (-1, 2))) for polygon in shape]
    assert all(outline.is_valid for outline in outlines)
    assert sum(outline.area for outline in outlines) == mask.sum()


@pytest.mark.parametrize("period", [3, 7])
def test_many_holes_in_a_large_mask_stay_open(period: int) -> None:
    mask = np.ones((200, 300), bool)
    mask[1:-1:period, 1:-1:period] = False
    assert np.array_equal(refilled(polygons(rle.encode(mask)), mask), mask)
