"""How a training is doing: losses averaged since the last line, pictures per second, time left."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from maskline.train.schedule import learning_rate
from maskline.train.training import Training


class Progress:
    """The stretch of steps since the last line.  Every process keeps one: to write a line they average their losses."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._sums: dict[str, Tensor] = {}
        self._steps = 0
        self._since = time.monotonic()
        self.last: dict[str, float] = {}

    def add(self, losses: dict[str, Tensor], image_ids: Sequence[int]) -> None:
        """Count a step, and write a line if one is due.  Raises Diverged if a loss was no number since the last."""
        self._sums = {name: loss.float() + self._sums.get(name, 0) for name, loss in losses.items()}
        self._steps += 1
        config = self._training.config
        if self._training.step % config.log_period_steps == 0 or self._training.step == config.steps:
            self._note(image_ids)

    def require_finite(self) -> None:
        """Raise Diverged if a loss since the last line was no number."""
        for name, total in self._sums.items():
            if not total.isfinite():
                raise self._training.diverged(f"{name} = {total.item()}")

    @contextmanager
    def pausing(self) -> Iterator[None]:
        """Leave the time of the block out of the pace."""
        start = time.monotonic()
        yield
        self._since += time.monotonic() - start

    def _note(self, image_ids: Sequence[int]) -> None:
        self.require_finite()
        training, config = self._training, self._training.config
        means = training.place.mean(torch.stack(list(self._sums.values())) / self._steps).tolist()
        pace = self._steps / (time.monotonic() - self._since)
        self.last = {"loss": sum(means)} | dict(zip(self._sums, means, strict=True))
        figures = {
            "step": training.step,
            "of": config.steps,
            **self.last,
            "rate": learning_rate(config, training.step - 1),
            "images_per_s": round(pace * config.batch_images, 2),
            "eta_s": round((config.steps - training.step) / pace),
        }
        training.journal.note("step", figures, {"images": list(image_ids)})
        self._sums, self._steps, self._since = {}, 0, time.monotonic()
