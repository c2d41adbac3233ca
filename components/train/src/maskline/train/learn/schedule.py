"""The learning rate of a step."""

import math

from maskline.contract.kind.training import TrainingConfig

FIRST, LAST = 1 / 25, 1 / 25 / 10_000
"""Of one cycle: the first and the last rate, as shares of the highest; torch's OneCycleLR begins and ends there."""


def learning_rate(config: TrainingConfig, step: int) -> float:
    """Return the rate of step `step`, counted from 0."""
    highest = config.learning_rate * config.batch_images / config.learning_rate_images
    if config.schedule == "onecycle":
        return highest * _one_cycle(config.steps, config.warmup * config.steps, step)
    warmup = round(config.warmup * config.steps)
    if step < warmup:
        return highest * (step + 1) / warmup
    if config.schedule == "cosine":
        return highest * _eased(1, 0, (step - warmup) / (config.steps - warmup))
    fallen = sum(step >= share * config.steps for share in config.drops)
    return highest * config.drop_factor**fallen


def _one_cycle(steps: int, rising: float, step: int) -> float:
    """Return the share of the highest rate: it is reached at step `rising` - 1, and LAST at the last step.

    Smith and Topin 2018, Super-Convergence, https://arxiv.org/abs/1708.07120, in torch's terms, two cosines.
    """
    top = rising - 1
    if step < top:
        return _eased(FIRST, 1, step / top)
    return _eased(1, LAST, (step - top) / (steps - 1 - top))


def _eased(start: float, end: float, share: float) -> float:
    """Go from `start` to `end` along half a cosine.  share: of the way, 0..1."""
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * share))
