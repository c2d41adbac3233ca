"""Config errors are found before a dataset is opened, and the rate follows its schedule."""

import pytest
import torch
from shapes import KIND

from maskline.contract.errors import InvalidInput
from maskline.train.config import configure
from maskline.train.learn.schedule import learning_rate


def test_the_form_wins_over_the_preset_and_overrides_win_over_both() -> None:
    assert configure(KIND, "demo", 0, 0, {}).steps > 12
    assert configure(KIND, "demo", 12, 0, {}).steps == 12
    assert configure(KIND, "demo", 12, 0, {"steps": 13}).steps == 13


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"learning_rat": 1}, "unknown field 'learning_rat'"),
        ({"steps": 0}, "steps = 0: Input should be greater than or equal to 1"),
        ({"steps": "many"}, "steps = 'many': Input should be a valid integer"),
        ({"batch_images": 9}, "batch_images = 9 must be a multiple of processes = 2"),
        ({"augmentation": {"turns": ["spin"]}}, "augmentation.turns.0 = 'spin'"),
        ({"augmentation": {"scale": [2, 1]}}, "augmentation.scale = [2, 1]: [2.0, 1.0] must be two positive numbers"),
        ({"accumulate": 3}, "batch_images = 8 must be a multiple of processes = 2 times accumulate = 3"),
        ({"schedule": "drops"}, "needs at least one share"),
        ({"drops": [0.5, 0.2]}, "must be rising shares"),
        ({"gradient_clip": float("nan")}, "gradient_clip = nan"),
    ],
)
def test_a_field_that_does_not_fit_is_named_with_its_value_and_rule(overrides: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        configure(KIND, "demo", 0, 0, overrides)
    assert told in str(fault.value)
    assert "train preset 'demo'" in str(fault.value)


def test_an_unknown_preset_is_told_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"'dmeo' .* \(there are: cells-002, cells-003, .*pointrend-r50-fast\)"):
        configure(KIND, "dmeo", 0, 0, {})


def test_the_reference_solver_warms_up_and_halves() -> None:
    config = configure(KIND, "pointrend-r50", 0, 0, {})
    steps = (0, 49, 99, 199, 200, 499, 500, 749, 750, 999)
    expected = (0.0001, 0.005, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025, 0.00125, 0.00125)
    assert [learning_rate(config, step) for step in steps] == pytest.approx(expected)


def test_the_rate_grows_with_the_batch() -> None:
    config = configure(KIND, "pointrend-r50", 0, 0, {"batch_images": 8})
    assert learning_rate(config, 150) == pytest.approx(0.005)


def test_cosine_falls_from_the_highest_rate_to_nearly_nothing() -> None:
    config = configure(
        KIND, "demo", 100, 0, {"schedule": "cosine", "warmup": 0.1, "learning_rate": 1, "batch_images": 8}
    )
    rates = [learning_rate(config, step) for step in range(100)]
    assert rates[:10] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[55] == pytest.approx(0.5)
    assert 0 < rates[-1] < 0.001


@pytest.mark.parametrize(("steps", "warmup"), [(100, 0.3), (7, 0.5), (750, 0.25), (40, 0.0), (1, 0.5)])
def test_one_cycle_is_torchs(steps: int, warmup: float) -> None:
    config = configure(KIND, "cells-002", steps, 0, {"warmup": warmup, "learning_rate": 0.01, "batch_images": 16})
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1, momentum=0.9)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.02, total_steps=steps, pct_start=warmup)
    for step in range(steps):
        assert learning_rate(config, step) == pytest.approx(cycle.get_last_lr()[0])
        optimizer.step()
        if step + 1 < steps:
            cycle.step()
