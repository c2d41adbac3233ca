"""Thin strokes: learnt and found by their surroundings, cut out along the picture's ink."""

import numpy as np
import pytest
import torch

from maskline.model.crops import Crops
from maskline.model.ink import BOX_MARGIN_PX, MARGIN_PX, ink, surroundings, widened


def test_ink_is_what_is_dark_whatever_the_paper() -> None:
    rng = np.random.default_rng(0)
    strokes = np.zeros((60, 80), dtype=bool)
    strokes[30:32, 5:75] = strokes[10:50, 40] = True
    for paper, black in [(255, 0), (200, 90), (240, 180), (24, 230)]:
        noisy = np.where(strokes, black, paper) + rng.integers(-12, 13, strokes.shape)
        picture = noisy.clip(0, 255).astype(np.uint8)
        assert (ink(picture) == strokes).all()
        assert (ink(np.repeat(picture[..., None], 3, axis=2)) == strokes).all()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_picture_of_one_grey_has_no_ink(grey: int) -> None:
    assert not ink(np.full((9, 7), grey, dtype=np.uint8)).any()


def test_a_stroke_that_fills_half_of_no_pixel_leaves_a_trace_and_room_around_it() -> None:
    stroke = Crops.of_pieces([np.ones((24, 1), np.uint8)], [(19, 8)], (40, 40))
    found = surroundings(stroke, (20, 20)).full()[0]
    assert found.any(1).nonzero().flatten().tolist() == list(range(4 - MARGIN_PX, 16 + MARGIN_PX))
    assert found.any(0).nonzero().flatten().tolist() == list(range(9 - MARGIN_PX, 10 + MARGIN_PX))
    assert surroundings(stroke[:0], (20, 20)).full().shape == (0, 20, 20)


def test_boxes_are_widened_up_to_the_frames_sides() -> None:
    boxes = torch.tensor([[10.0, 10.0, 11.0, 30.0], [0.0, 1.0, 40.0, 19.0]])
    margin = float(BOX_MARGIN_PX)
    expected = [[10 - margin, 10 - margin, 11 + margin, min(30 + margin, 32.0)], [0.0, 0.0, 40.0, 19 + margin]]
    assert widened(boxes, (32, 40)).tolist() == expected
