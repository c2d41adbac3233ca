"""The learning rate of a step."""

import math

from maskline.contract.kind.training import TrainingConfig


def learning_rate(config: TrainingConfig, step: int) -> float:
    """Return the rate of step `step`, counted from 0."""
    highest = config.learning_rate * config.batch_images / config.learning_rate_images
    warmup = round(config.warmup * config.steps)
    if step < warmup:
        return highest * (step + 1) / warmup
    if config.schedule == "cosine":
        return highest * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (config.steps - warmup)))
    fallen = sum(step >= share * config.steps for share in config.drops)
    return highest * config.drop_factor**fallen
