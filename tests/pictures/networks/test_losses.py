"""Losses against cases that can be worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from maskline.pictures.networks.losses import cross_entropy, dice


def logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def two_classes(probability: float, size: tuple[int, int]) -> Tensor:
    """Return logits of one region: class 0 is sure of nothing, class 1 sees `probability` everywhere."""
    return torch.stack([torch.full(size, -50.0), torch.full(size, logit(probability))])[None]


def test_dice_by_hand() -> None:
    """Four cells of 0.5, one of which is the instance's: 2 * 0.5 + 1 over 4 * 0.25 + 1 + 1, 2/3, from 1."""
    truth = torch.tensor([[[1.0, 0.0], [0.0, 0.0]]])
    assert float(dice(two_classes(0.5, (2, 2)), torch.tensor([1]), truth)) == pytest.approx(1 / 3)


def test_dice_is_the_mean_over_regions_and_no_loss_for_what_is_right() -> None:
    truth = torch.tensor([[[1.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]])
    logits = torch.cat([two_classes(0.5, (2, 2)), two_classes(1 - 1e-9, (2, 2))])
    assert float(dice(logits, torch.tensor([1, 1]), truth)) == pytest.approx(1 / 6, abs=1e-6)


def test_dice_of_nothing_is_defined() -> None:
    assert float(dice(two_classes(1e-9, (2, 2)), torch.tensor([1]), torch.zeros(1, 2, 2))) == pytest.approx(0, abs=1e-6)


def test_a_mask_learns_from_its_own_class_alone() -> None:
    truth = torch.tensor([[[1.0, 0.0], [0.0, 0.0]]])
    found = cross_entropy(two_classes(0.2, (2, 2)), torch.tensor([1]), truth)
    assert float(found) == pytest.approx(-(math.log(0.2) + 3 * math.log(0.8)) / 4)
