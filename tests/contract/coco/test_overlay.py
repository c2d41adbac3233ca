"""The overlay: what is painted, and what is left alone."""

import numpy as np
import pytest

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.coco.overlay import overlay

TABLE = CategoryTable(
    domain="shapes",
    policy="test/1",
    categories=(Category(id=1, name="square", colour="#ff0000"), Category(id=5, name="ring", colour="#0000ff")),
)
RED, BLUE = (255, 0, 0), (0, 0, 255)


def square(side: int = 40) -> np.ndarray:
    mask = np.zeros((60, 80), dtype=bool)
    mask[5 : 5 + side, 10 : 10 + side] = True
    return mask


def annotation(mask: np.ndarray, category: int = 1) -> dict[str, object]:
    return {"category_id": category, "segmentation": rle.encode(mask)}


@pytest.mark.parametrize("shape", [(60, 80), (60, 80, 3)])
def test_fill_is_two_thirds_colour_and_the_outline_is_the_colour(shape: tuple[int, ...]) -> None:
    painted = overlay(np.full(shape, 200, np.uint8), [annotation(square())], TABLE)
    assert painted.shape == (60, 80, 3)
    assert painted.dtype == np.uint8
    assert tuple(painted[25, 30]) == (236, 70, 70)  # the middle: .35 of 200 and .65 of red
    for y, x in [(5, 10), (5, 49), (44, 10), (44, 49), (20, 10)]:
        assert tuple(painted[y, x]) == RED


def test_pixels_outside_every_mask_and_holes_stay_as_they_were() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    ring = square()
    ring[15:35, 20:40] = False
    painted = overlay(picture, [annotation(ring, 5)], TABLE)
    assert (painted[~ring] == picture[~ring]).all()
    assert tuple(painted[14, 30]) == BLUE  # the hole has an outline too
    assert (painted[ring] != picture[ring]).any(axis=1).all()


def test_a_line_one_pixel_wide_is_drawn_in_full_colour() -> None:
    line = np.zeros((60, 80), dtype=bool)
    line[30, 3:70] = True
    assert (overlay(np.full((60, 80), 255, np.uint8), [annotation(line)], TABLE)[line] == RED).all()


@pytest.mark.parametrize("order", [1, -1])
def test_a_small_instance_lies_above_a_large_one(order: int) -> None:
    instances = [annotation(square(40), 1), annotation(square(3), 5)]
    painted = overlay(np.zeros((60, 80), np.uint8), instances[::order], TABLE)
    assert tuple(painted[5, 10]) == BLUE


def test_the_picture_given_is_not_changed_and_nothing_painted_is_a_copy() -> None:
    picture = np.full((60, 80, 3), 9, np.uint8)
    overlay(picture, [annotation(square())], TABLE)
    assert (picture == 9).all()
    assert (overlay(picture, [], TABLE) == picture).all()
    assert overlay(picture, [], TABLE) is not picture


def test_the_outline_widens_with_the_picture() -> None:
    mask = np.zeros((1400, 1400), dtype=bool)
    mask[100:900, 100:900] = True
    painted = overlay(np.zeros((1400, 1400), np.uint8), [annotation(mask)], TABLE)
    assert tuple(painted[500, 101]) == RED
    assert tuple(painted[500, 102]) == (166, 0, 0)
