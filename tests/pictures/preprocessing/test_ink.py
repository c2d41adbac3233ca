"""Thin strokes: learnt and found by their surroundings, cut out along the picture's ink."""

import numpy as np
import torch

from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.preprocessing.ink import BOX_MARGIN_PX, MARGIN_PX, ink, surroundings, widened


def test_ink_is_what_it_half_covers_however_pale_it_is() -> None:
    dark = np.zeros((40, 60), dtype=np.uint8)
    dark[10:12, 5:30], dark[12, 5:30] = 200, 101
    dark[30:32, 30:55], dark[32, 30:55] = 90, 44
    expected = dark >= 90

    assert (ink(dark) == expected).all()
    assert not ink(np.full((9, 7), 40, dtype=np.uint8)).any()


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
