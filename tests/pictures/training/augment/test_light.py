"""Levels and colours change as said."""

import numpy as np
import pytest
import torch

from maskline.pictures.training.augment.light import YIQ, blurred, coloured, lit, noisy


def test_light_changes_levels_as_said() -> None:
    pixels = torch.tensor([[[0, 100], [200, 100]]], dtype=torch.uint8)
    assert lit(pixels, 0, 0.5).tolist() == [[[50, 100], [150, 100]]]
    assert lit(pixels, 60, 1).tolist() == [[[60, 160], [255, 160]]]


def test_blur_and_noise_have_the_deviation_that_is_said() -> None:
    line = torch.zeros((1, 5, 41), dtype=torch.uint8)
    line[0, :, 20] = 255
    spread = blurred(line, 2.0).double()
    columns = torch.arange(41, dtype=torch.float64) - 20
    assert float((spread[0, 2] * columns**2).sum() / spread[0, 2].sum()) == pytest.approx(4, rel=0.05)
    assert torch.equal(spread[0, 0], spread[0, 2])
    grey = torch.full((3, 100, 100), 128, dtype=torch.uint8)
    grain = noisy(grey, 10, np.random.default_rng(0))
    assert torch.equal(grain[0], grain[2])
    assert float(grain[0].double().std()) == pytest.approx(10, rel=0.05)


def test_the_colour_circle_turned_and_drawn_in_keeps_luma_and_grey() -> None:
    red, grey = (torch.tensor(levels, dtype=torch.uint8).reshape(3, 1, 1) for levels in ([180, 60, 60], [77, 77, 77]))
    assert torch.equal(coloured(grey, 123, 1.5), grey)
    assert torch.equal(coloured(red, 0, 1), red)
    luma = round(0.299 * 180 + 0.701 * 60)
    assert coloured(red, 0, 0).flatten().tolist() == [luma] * 3
    turned = YIQ @ coloured(red, 90, 1).flatten().double().numpy()
    before = YIQ @ red.flatten().double().numpy()
    assert turned == pytest.approx([before[0], -before[2], before[1]], abs=1)
    assert torch.equal(coloured(coloured(red, 40, 1), -40, 1), red)
