"""Coverage, masks and PNG against arithmetic by hand and against slow code."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from maskline.contract.coco import rle
from maskline.molecules.coverage import HALF, Instances, cover, darken, touches_ink
from maskline.molecules.masks import masks
from maskline.molecules.outline import Contours
from maskline.molecules.paths import CONIC, ON
from maskline.molecules.png import encode_ink

Point = tuple[float, float]


def shapes(*contours: tuple[int, list[Point]]) -> Contours:
    """Straight contours with their owners."""
    lengths = [len(points) for _, points in contours]
    return Contours(
        points=np.array([point for _, points in contours for point in points], float),
        tags=np.full(sum(lengths), ON, np.uint8),
        lengths=np.array(lengths),
        owners=np.array([owner for owner, _ in contours]),
    )


def rectangle(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def test_coverage_is_the_share_of_the_pixel() -> None:
    drawn = cover(shapes((0, rectangle(1, 1.25, 2.5, 3))), 8, 8)
    assert drawn.boxes.tolist() == [[1, 1, 2, 2]]
    assert np.abs(drawn.coverage(0) / 255 - [[0.75, 0.375], [1, 0.5]]).max() < 0.01


def test_a_hole_turns_against_its_outline() -> None:
    drawn = cover(shapes((0, rectangle(0, 0, 6, 6)), (0, rectangle(2, 2, 4, 4)[::-1])), 8, 8)
    assert drawn.coverage(0)[2:4, 2:4].max() == 0
    assert (drawn.coverage(0) == 255).sum() == 32


def test_rectangles_of_one_owner_that_overlap_unite() -> None:
    drawn = cover(shapes((0, rectangle(0, 0, 4, 2)), (0, rectangle(2, 0, 6, 2))), 8, 8)
    assert (drawn.coverage(0) == 255).all()
    assert drawn.coverage(0).shape == (2, 6)


def test_what_lies_outside_the_picture_is_cut() -> None:
    drawn = cover(
        shapes((0, rectangle(-5, -5, 2, 2)), (3, rectangle(20, 0, 30, 2)), (4, rectangle(6, 6, 20, 20))), 8, 8
    )
    assert drawn.owners.tolist() == [0, 4]
    assert drawn.boxes.tolist() == [[0, 0, 2, 2], [6, 6, 2, 2]]


def test_a_conic_curve_bends() -> None:
    """The area between chord and curve is two thirds of the triangle's, 16/3; four chords of the curve hold 5 of it."""
    curve = Contours(
        np.array([[0.0, 0], [4, 0], [4, 4]]), np.array([ON, CONIC, ON], np.uint8), np.array([3]), np.array([0])
    )
    assert 4.9 < cover(curve, 8, 8).coverage(0).sum() / 255 < 5.4


@given(
    st.lists(st.lists(st.tuples(st.floats(-2, 18), st.floats(-2, 14)), min_size=3, max_size=5), min_size=1, max_size=4)
)
def test_ink_is_the_union_of_the_masks_and_each_mask_what_the_contract_encodes(polygons: list[list[Point]]) -> None:
    width, height = 16, 12
    drawn = cover(shapes(*enumerate(polygons)), width, height)
    dark = np.zeros((height, width), np.uint8)
    darken(dark, drawn, np.ones(len(drawn.owners), bool))
    union = np.zeros((height, width), bool)
    for k, mask in enumerate(masks(drawn, width, height)):
        crop = drawn.coverage(k) >= HALF
        x, y, w, h = drawn.boxes[k].tolist()
        assert mask.segmentation == rle.encode_crop(crop, x, y, height, width)
        assert mask.area == rle.area(mask.segmentation)
        assert mask.bbox == rle.bbox(mask.segmentation)
        union[y : y + h, x : x + w] |= crop
    assert np.array_equal(union, dark >= HALF)


@given(st.integers(0, 2**32))
def test_random_masks_are_what_the_contract_encodes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, height = (int(n) for n in rng.integers(1, 12, 2))
    crops = [(rng.random((height, width)) < share).astype(np.uint8) * 255 for share in (0, 0.1, 0.5, 0.95, 1)]
    columns = [np.pad(crop, ((0, 1), (0, 0))).T.ravel() for crop in crops]
    drawn = Instances(
        owners=np.arange(5),
        boxes=np.tile([0, 0, width, height], (5, 1)),
        starts=np.arange(5) * width * (height + 1),
        buffer=np.concatenate([*columns, [0]]).astype(np.uint8),
    )
    found = masks(drawn, width, height)
    assert [mask.segmentation for mask in found] == [rle.encode(crop >= HALF) for crop in crops]
    assert [mask.bbox for mask in found] == [rle.bbox(mask.segmentation) for mask in found]


def test_an_instance_touches_ink_where_both_cover_half_of_a_pixel() -> None:
    drawn = cover(shapes((0, rectangle(0, 0, 4, 4)), (1, rectangle(3.6, 0, 6, 4)), (2, rectangle(3.4, 0, 6, 4))), 8, 8)
    dark = np.zeros((8, 8), np.uint8)
    darken(dark, drawn, drawn.owners == 0)
    assert not touches_ink(dark, drawn, drawn.owners == 1)
    assert touches_ink(dark, drawn, drawn.owners == 2)


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (300, 7)])
def test_pillow_reads_back_the_png_in_sixteen_levels_and_ink_stays_ink(size: tuple[int, int]) -> None:
    dark = np.random.default_rng(0).integers(0, 256, size, np.uint8)
    with Image.open(io.BytesIO(encode_ink(dark))) as image:
        assert image.mode == "L"
        read = np.asarray(image)
    assert np.array_equal(read, 255 - 17 * (dark // 16))
    assert np.array_equal(read < 128, dark >= 128)
