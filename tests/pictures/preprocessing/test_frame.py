"""From pictures to frames."""

import numpy as np
import pytest
import torch

from maskline.pictures.preprocessing.frame import frame, resize, to_channels
from maskline.pictures.spec import ModelSpec


@pytest.mark.parametrize(
    ("short", "long", "size", "expected"),
    [
        (0, 0, (300, 7000), (300, 7000)),
        (0, 256, (256, 200), (256, 200)),
        (0, 256, (1024, 512), (256, 128)),
        (0, 256, (100, 50), (100, 50)),
        (800, 1024, (400, 400), (800, 800)),
        (800, 1024, (1000, 1000), (800, 800)),
        (800, 1024, (400, 1000), (410, 1024)),
        (800, 0, (400, 1000), (800, 2000)),
        (0, 256, (1, 5000), (1, 256)),
    ],
)
def test_the_frame_of_a_picture(
    narrow_spec: ModelSpec, short: int, long: int, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    spec = narrow_spec.model_copy(update={"short_side_px": short, "long_side_px": long})
    assert frame(*size, spec) == expected


@pytest.mark.parametrize(
    ("long", "size", "expected"),
    [(0, (300, 701), (150, 350)), (256, (300, 500), (150, 250)), (256, (600, 999), (154, 256))],
)
def test_a_scale_holds_until_the_longer_side_is_too_long(
    narrow_spec: ModelSpec, long: int, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    spec = narrow_spec.model_copy(update={"scale": 0.5, "long_side_px": long})
    assert frame(*size, spec) == expected


def test_grey_is_repeated_and_colour_becomes_its_luma() -> None:
    grey = np.array([[0, 128, 255]], dtype=np.uint8)
    assert torch.equal(to_channels(grey, 3), torch.tensor([[[0, 128, 255]]] * 3, dtype=torch.uint8))
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [7, 7, 7]]], dtype=np.uint8)
    assert to_channels(colours, 1).tolist() == [[[76, 150, 29, 255, 7]]]
    assert to_channels(colours, 3)[:, 0, 1].tolist() == [0, 255, 0]


def test_shrinking_averages_instead_of_picking() -> None:
    board = torch.tensor([[0, 255], [255, 0]], dtype=torch.uint8).repeat(8, 8)[None]
    halved = resize(board, (8, 8))[0, 1:-1, 1:-1]  # at the rim there are fewer pixels to average
    assert ((halved.float() - 127.5).abs() <= 1).all()


def test_what_has_the_size_already_is_not_touched() -> None:
    picture = torch.randint(0, 256, (1, 9, 7), dtype=torch.uint8)
    assert resize(picture, (9, 7)) is picture
