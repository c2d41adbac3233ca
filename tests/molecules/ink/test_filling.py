"""Coverage, masks and PNG against arithmetic by hand and against slow code."""

import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from slow_ink.contours import CONIC, ON, Contours
from slow_ink.exact import coverage
from slow_ink.filled import fill

from maskline.contract.coco import rle
from maskline.molecules.ink.canvas import Mask

Point = tuple[float, float]
Polygon = list[Point]

coordinates = st.floats(-4, 20) | st.integers(-16, 80).map(lambda quarter: quarter / 4)
polygons = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=6)


def shapes(*contours: tuple[int, Polygon]) -> Contours:
    """Straight contours with their owners."""
    lengths = [len(points) for _, points in contours]
    return Contours(
        points=np.array([point for _, points in contours for point in points], float).reshape(-1, 2),
        tags=np.full(sum(lengths), ON, np.uint8),
        lengths=np.array(lengths, np.intp),
        owners=np.array([owner for owner, _ in contours], np.intp),
    )


def rectangle(left: float, top: float, right: float, bottom: float) -> Polygon:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def mask_of(mask: Mask) -> npt.NDArray[np.bool_]:
    return rle.decode(mask.segmentation)


def test_darkness_is_the_share_of_the_pixel_that_is_covered() -> None:
    dark = fill(shapes((0, rectangle(1, 1.25, 2.5, 3))), 8, 8).dark
    assert dark[1:3, 1:3].tolist() == [[192, 96], [255, 128]]
    assert np.count_nonzero(dark) == 4


def test_a_pixel_is_of_the_mask_when_half_of_it_is_covered() -> None:
    (half,) = fill(shapes((0, rectangle(0, 0, 2.5, 1))), 8, 8).masks
    assert half.bbox == [0, 0, 3, 1]
    (less,) = fill(shapes((0, rectangle(0, 0, 2.499, 1))), 8, 8).masks
    assert less.bbox == [0, 0, 2, 1]


def test_a_hole_turns_against_its_outline() -> None:
    (mask,) = fill(shapes((0, rectangle(0, 0, 6, 6)), (0, rectangle(2, 2, 4, 4)[::-1])), 8, 8).masks
    assert mask.area == 32
    assert not mask_of(mask)[2:4, 2:4].any()


def test_rectangles_of_one_owner_that_overlap_unite() -> None:
    (mask,) = fill(shapes((0, rectangle(0, 0, 4, 2)), (0, rectangle(2, 0, 6, 2))), 8, 8).masks
    assert (mask.bbox, mask.area) == ([0, 0, 6, 2], 12)


def test_what_lies_outside_the_picture_is_cut() -> None:
    corners = shapes((0, rectangle(-5, -5, 2, 2)), (3, rectangle(20, 0, 30, 2)), (4, rectangle(6, 6, 20, 20)))
    assert [(mask.owner, mask.bbox) for mask in fill(corners, 8, 8).masks] == [(0, [0, 0, 2, 2]), (4, [6, 6, 2, 2])]


def test_a_conic_curve_bends() -> None:
    """The area between chord and curve is two thirds of the triangle's."""
    curve = Contours(
        np.array([[0.0, 0], [60, 0], [60, 60]]), np.array([ON, CONIC, ON], np.uint8), np.array([3]), np.array([0])
    )
    assert abs(fill(curve, 64, 64).dark.sum() / 255 - 1200) < 4


@given(st.lists(polygons, min_size=1, max_size=3))
def test_coverage_is_what_the_definition_says(contours: list[Polygon]) -> None:
    picture = fill(shapes(*((0, contour) for contour in contours)), 16, 12)
    slow = np.array([[coverage(contours, x, y) for x in range(16)] for y in range(12)])
    assert np.abs(np.minimum(picture.dark, 255) - np.minimum(np.floor(slow * 256), 255)).max() <= 1
    clear = np.abs(slow - 0.5) > 1e-6
    union = np.any([mask_of(mask) for mask in picture.masks] + [np.zeros((12, 16), bool)], axis=0)
    assert np.array_equal(union & clear, (slow > 0.5) & clear)


@given(st.lists(polygons, min_size=1, max_size=5))
def test_ink_is_the_union_of_the_masks_and_each_mask_what_the_contract_encodes(contours: list[Polygon]) -> None:
    width, height = 16, 12
    picture = fill(shapes(*enumerate(contours)), width, height, bonds=len(contours))
    union = np.zeros((height, width), bool)
    for mask in picture.masks:
        assert mask.segmentation == rle.encode(mask_of(mask))
        assert mask.area == rle.area(mask.segmentation)
        assert mask.bbox == rle.bbox(mask.segmentation)
        alone = fill(shapes((0, contours[mask.owner])), width, height)
        assert np.array_equal(mask_of(mask), alone.dark >= 128)
        union |= mask_of(mask)
    assert np.array_equal(union, picture.dark >= 128)
    assert picture.legible == all(mask.area for mask in picture.masks)


@given(st.integers(0, 2**32))
def test_random_masks_are_what_the_contract_encodes(seed: int) -> None:
    """Pixels as squares: every pattern of runs there is, with masks that reach the head and the foot of columns."""
    rng = np.random.default_rng(seed)
    width, height = (int(n) for n in rng.integers(1, 12, 2))
    for share in (0.1, 0.5, 0.95, 1):
        wanted = rng.random((height, width)) < share
        squares = [(0, rectangle(x, y, x + 1, y + 1)) for y, x in np.argwhere(wanted).tolist()]
        (mask,) = fill(shapes(*squares), width, height).masks if squares else (None,)
        assert mask is None or mask.segmentation == rle.encode(wanted)


@pytest.mark.parametrize(("left", "legible"), [(3.6, True), (3.4, False)])
def test_a_label_meets_a_bond_where_both_cover_half_of_a_pixel(left: float, legible: bool) -> None:  # noqa: FBT001
    bond, label = (0, rectangle(0, 0, 4, 4)), (1, rectangle(left, 0, 6, 4))
    assert fill(shapes(bond, label), 8, 8, bonds=1).legible == legible
    assert fill(shapes(bond, label), 8, 8, bonds=2).legible


@pytest.mark.parametrize(("left", "legible"), [(3.6, True), (3.4, False)])
def test_labels_meet_where_both_cover_half_of_a_pixel(left: float, legible: bool) -> None:  # noqa: FBT001
    labels = (0, rectangle(0, 0, 4, 4)), (1, rectangle(left, 0, 6, 4))
    assert fill(shapes(*labels), 8, 8).legible == legible


def test_an_instance_without_a_pixel_is_not_legible() -> None:
    assert not fill(shapes((0, rectangle(1, 1, 1.4, 5))), 8, 8).legible


@pytest.mark.parametrize("far", [float("nan"), float("inf"), 1e7])
def test_a_coordinate_that_is_no_place_is_refused(far: float) -> None:
    with pytest.raises(ValueError, match="3"):
        fill(shapes((0, [(0, 0), (far, 0), (1, 1)])), 8, 8)


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (300, 7), (90, 129), (2, 9000)])
@pytest.mark.parametrize("share", [0.02, 0.9])
def test_pillow_reads_back_the_png_in_sixteen_levels_and_ink_stays_ink(size: tuple[int, int], share: float) -> None:
    height, width = size
    rng = np.random.default_rng(0)
    places = np.argwhere(rng.random(size) < share).tolist()
    grey = [(0, rectangle(x, y, x + rng.random(), y + 1)) for y, x in places] or [(0, rectangle(0, 0, 1, 1))]
    picture = fill(shapes(*grey), width, height)
    with Image.open(io.BytesIO(picture.png)) as image:
        assert image.mode == "L"
        assert image.size == (width, height)
        read = np.asarray(image)
    assert np.array_equal(read, 255 - 17 * (picture.dark // 16))
    assert np.array_equal(read < 128, picture.dark >= 128)


def test_equal_pictures_have_equal_bytes_whatever_the_canvas_drew_before() -> None:
    one = fill(shapes((0, rectangle(1.3, 2.2, 5, 6.7))), 40, 30).png
    fill(shapes((0, rectangle(0, 0, 300, 300))), 400, 300)
    assert fill(shapes((0, rectangle(1.3, 2.2, 5, 6.7))), 40, 30).png == one
