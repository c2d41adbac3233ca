"""What is pasted covers what was there, and labels say so."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.training.augment.config import AugmentationConfig
from maskline.pictures.training.augment.paste import pasted

Options = Callable[..., AugmentationConfig]
Box = tuple[int, int, int, int]
RNG = np.random.default_rng(0)


def picture(level: int, size: tuple[int, int], *boxes: Box, channels: int = 1, ground: int = 200) -> TrainingImage:
    """A picture with an instance of a level in each box, x0, y0, x1, y1; the class is its place among them."""
    pieces = [np.ones((y1 - y0, x1 - x0), np.uint8) for x0, y0, x1, y1 in boxes]
    masks = Crops.of_pieces(pieces, [(x0, y0) for x0, y0, _, _ in boxes], size)
    pixels = torch.full((channels, *size), ground, dtype=torch.uint8)
    for x0, y0, x1, y1 in boxes:
        pixels[:, y0:y1, x0:x1] = level
    return TrainingImage(pixels, masks.boxes.float(), torch.arange(len(boxes)), masks)


def test_an_instance_under_another_loses_what_is_covered_and_its_label_beyond_the_limit(options: Options) -> None:
    # Of ten by ten pixels each the guest covers one row, two rows, all and nothing.
    hosts = picture(200, (50, 80), (0, 10, 10, 20), (20, 11, 30, 21), (40, 15, 50, 25), (60, 30, 70, 40))
    guest = picture(50, (50, 80), (0, 0, 60, 11), (40, 15, 50, 25))
    found = pasted(hosts, guest, options(), RNG)
    assert found.classes.tolist() == [0, 1, 3, 0, 1]
    assert found.boxes.tolist() == [
        [0, 11, 10, 20],
        [20, 11, 30, 21],
        [60, 30, 70, 40],
        [0, 0, 60, 11],
        [40, 15, 50, 25],
    ]
    assert found.masks.areas().tolist() == [90, 100, 100, 660, 100]
    cover = guest.masks.full().any(0)
    assert torch.equal(found.pixels[0] == 50, cover)
    assert not (found.masks.full()[:3] & cover).any()
    strict = pasted(hosts, guest, options(paste_occluded=0.09), RNG)
    assert strict.classes.tolist() == [1, 3, 0, 1]
    assert pasted(hosts, guest, options(paste_occluded=1), RNG).classes.tolist() == [0, 1, 3, 0, 1]


def test_edges_are_soft_by_a_gaussian_of_one_pixel(options: Options) -> None:
    guest = picture(50, (21, 80), (60, 0, 80, 21))
    guest.pixels[:, :, 50:60] = 50  # of which only the mask and its soft edge come
    found = pasted(picture(200, (21, 80)), guest, options(paste_blend_px=1), RNG)
    weights = torch.exp(-(torch.arange(-4, 5).double() ** 2) / 2)
    share = torch.cumsum(weights / weights.sum(), 0)
    assert found.pixels[0, 10, 56:64].tolist() == pytest.approx((200 - 150 * share[:8]).tolist(), abs=1)


def test_what_comes_is_as_much_darker_than_its_ground_as_it_was(options: Options) -> None:
    guest = picture(90, (40, 40), (5, 5, 9, 9), (20, 20, 24, 24), channels=3, ground=120)
    guest.pixels[2] += 40
    found = pasted(picture(0, (40, 40), channels=3, ground=60), guest, options(), RNG)
    assert (found.pixels[:, guest.masks.full().any(0)] == 30).all()
    assert (found.pixels[:, ~guest.masks.full().any(0)] == 60).all()
    dark = pasted(picture(0, (40, 40), ground=10), guest, options(), RNG)
    assert int(dark.pixels.min()) == 0
    assert int(dark.pixels.max()) == 10


@pytest.mark.parametrize(("host", "guest"), [((30, 40), (50, 25)), ((30, 40), (12, 45)), ((60, 60), (9, 9))])
def test_pictures_of_other_sizes_lie_at_random_places(
    host: tuple[int, int], guest: tuple[int, int], options: Options
) -> None:
    places = set()
    for seed in range(60):
        other = picture(50, guest, (2, 3, 8, 8))
        found = pasted(picture(200, host), other, options(), np.random.default_rng(seed))
        assert found.pixels.shape == (1, *host)
        assert torch.equal(found.pixels[0] == 50, found.masks.full().any(0))
        for box, area in zip(found.boxes.tolist(), found.masks.areas().tolist(), strict=True):
            places.add(tuple(box))
            assert area >= 15
    assert len(places) > 10


def test_where_a_smaller_picture_ends_its_sides_go_on_under_soft_edges(options: Options) -> None:
    host, guest = picture(50, (30, 30), ground=50), picture(50, (10, 10), (0, 0, 10, 10), ground=50)
    found = pasted(host, guest, options(paste_blend_px=2), RNG)
    assert (found.pixels == 50).all()


@pytest.mark.parametrize(("host", "guest"), [(1, 3), (3, 1), (3, 3)])
def test_grey_and_coloured_pictures_meet_in_colour(host: int, guest: int, options: Options) -> None:
    found = pasted(
        picture(200, (20, 20), channels=host), picture(50, (20, 20), (5, 5, 9, 9), channels=guest), options(), RNG
    )
    assert found.pixels.shape == (3, 20, 20)
    assert (found.pixels[:, 5:9, 5:9] == 50).all()


def test_nothing_pasted_changes_nothing(options: Options) -> None:
    host = picture(200, (20, 20), (5, 5, 9, 9))
    found = pasted(host, picture(50, (20, 20)), options(paste_blend_px=1), RNG)
    assert torch.equal(found.pixels, host.pixels)
    assert torch.equal(found.masks.full(), host.masks.full())
    assert torch.equal(found.boxes, host.boxes)
