"""How a training is doing: losses averaged since the last line, pictures per second, time waited and time left."""

import re
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from maskline.train.learn.finite import diverged
from maskline.train.learn.schedule import learning_rate
from maskline.train.learn.trainer import Trainer

T = TypeVar("T")
MEGABYTE = 1_000_000
STATUS = Path("/proc/self/status")


class Progress:
    """The stretch of steps since the last line.  Every process keeps one: to write a line they average their losses."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._losses: list[Tensor] = []  # of each step, in the order of the names
        self._names: list[str] = []
        self._image_ids: list[Sequence[int]] = []
        self._waited_s = 0.0
        self._since = time.monotonic()

    def awaiting(self, batches: Iterator[T]) -> Iterator[T]:
        """Yield the batches, and count how long each was waited for."""
        while True:
            start = time.monotonic()
            try:
                batch = next(batches)
            except StopIteration:
                return
            self._waited_s += time.monotonic() - start
            yield batch

    def add(self, losses: dict[str, Tensor], image_ids: Sequence[int]) -> None:
        """Count a step, and write a line if one is due.  Raises Diverged if a loss was no number since the last."""
        self._names = list(losses)
        self._losses.append(torch.stack([loss.float() for loss in losses.values()]))
        self._image_ids.append(image_ids)
        config = self._trainer.config
        if self._trainer.step % config.log_period_steps == 0 or self._trainer.step == config.steps:
            self._note(image_ids)

    def _require_finite(self, losses: Tensor) -> None:
        """Raise Diverged for the first loss that is no number.  losses: (steps, names)."""
        for number, name in (~losses.isfinite()).nonzero().tolist():
            step = self._trainer.step - len(losses) + number + 1
            how = f"{self._names[name]} = {losses[number, name].item()}"
            raise diverged(self._trainer.config, step, how, self._image_ids[number])

    @contextmanager
    def pausing(self) -> Iterator[None]:
        """Leave the time of the block out of the pace."""
        start = time.monotonic()
        yield
        self._since += time.monotonic() - start

    def _note(self, image_ids: Sequence[int]) -> None:
        losses, steps = torch.stack(self._losses), len(self._losses)
        self._require_finite(losses)
        trainer, config = self._trainer, self._trainer.config
        means = trainer.group.mean(losses.mean(0)).tolist()
        seconds = time.monotonic() - self._since
        pace = steps / seconds
        held, memory_mb = peak_memory_mb(trainer.group.device)
        waited_s, memory_mb = self._most([self._waited_s, memory_mb])
        headline = trainer.learner.headline
        score = trainer.journal.latest("validation").get(headline)
        shown = {
            "step": trainer.step,
            "of": config.steps,
            "eta_s": round((config.steps - trainer.step) / pace),
            "loss": sum(means),
            **({} if score is None else {f"last_{headline}": score}),
            "images_per_s": round(pace * config.batch_images, 2),
            "data_wait": round(waited_s / seconds, 4),
            "rate": learning_rate(config, trainer.step - 1),
        }
        kept = dict(zip(self._names, means, strict=True)) | {
            "steps": steps,
            "seconds": round(seconds, 4),
            "waited_s": round(waited_s, 4),
            held: round(memory_mb),
            "images": list(image_ids),
        }
        trainer.journal.note("step", shown, kept)
        self._losses, self._image_ids, self._waited_s, self._since = [], [], 0.0, time.monotonic()

    def _most(self, figures: list[float]) -> list[float]:
        """Return the highest of each figure among the processes; on all but the first its own."""
        every = self._trainer.group.gather([figures]) or [figures]
        return [max(column) for column in zip(*every, strict=True)]


def peak_memory_mb(device: torch.device) -> tuple[str, float]:
    """Return what this process held at most so far, of the GPU or, without one, of the machine, and what to call it."""
    if device.type != "cpu":
        return "gpu_memory_mb", torch.get_device_module(device).max_memory_reserved(device) / MEGABYTE
    # getrusage would also count what the parent held when it started this process; some sandboxes tell that only.
    told = re.search(r"^VmHWM:\s+(\d+) kB$", STATUS.read_text("ascii"), re.MULTILINE) if STATUS.exists() else None
    kibibytes = int(told[1]) if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return "memory_mb", kibibytes * 1024 / MEGABYTE
