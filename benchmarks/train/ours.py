"""Maskline's loader and training step, as the train stage calls them."""

import time
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from train.sides import Mapped, Overrides, Step, timed

from maskline.contract.kind.training import training_of
from maskline.molecules.categories import TABLE
from maskline.train import job as names
from maskline.train.config import configure
from maskline.train.job import Job
from maskline.train.learn.trainer import Trainer
from maskline.train.processes.group import ProcessGroup
from maskline.train.processes.machine import workers_for
from maskline.train.read.batches import Batches, moved_to
from maskline.train.read.cache import Cache
from maskline.train.read.loader import prepared
from maskline.train.read.staged import StagedSplit

RECORD = "coco/1"
KIND = training_of(RECORD)
MASKS = ("cells", "mask_boxes", "starts")
OWN_SIZE = {"short_side_px": 0, "long_side_px": 0, "batch_images": 1}


class Ours:
    """The preset pointrend-r50 over the benchmark's pictures."""

    def __init__(self, folder: Path, device: str, overrides: Overrides) -> None:
        self._folder, self._group = folder, ProcessGroup(0, 1, 1, torch.device(device))
        self._split = StagedSplit(folder / names.TRAIN)
        self._overrides = overrides
        self._trainer: Trainer | None = None
        self._passes = count()

    def mapped(self, way: str) -> Mapped:
        """Prepare the pictures.  way: `first` decodes them; `later` finds them decoded, as every pass but the first."""
        config = configure(KIND, "pointrend-r50", 1, 0, OWN_SIZE)
        learner = KIND.learner(KIND.spec(config, TABLE), config)
        cache = Cache(self._split, self._folder / f"pass-{next(self._passes)}.cache", learner)
        batches = Batches(cache, config, learner, self._group)
        if way == "later":
            for number in range(len(cache)):
                cache[number]
        cpu = time.thread_time()
        items = [batches[step].items[0] for step in range(len(cache))]
        ms = 1000 * (time.thread_time() - cpu) / len(items)
        masks = np.mean([sum(item[part].nbytes for part in MASKS) for item in items])
        return Mapped(ms, float(masks), float(np.mean([item["pixels"].nbytes for item in items])))

    def step(self) -> Step:
        """Take a step as the train loop does."""
        return timed(self._step)

    def _step(self) -> float:
        if self._trainer is None:
            config = configure(KIND, "pointrend-r50", 1000, 0, {"validation_images": 0, **self._overrides})
            told: dict[str, Any] = {"dataset": "", "id": "", "attempt": "", "store": "", "gpus": 0}
            job = Job(record=RECORD, config=config, categories=TABLE, folder=self._folder, **told)
            self._trainer = Trainer(job, self._group)
            cache = Cache(self._split, self._folder / names.CACHE, self._trainer.learner)
            batches = Batches(cache, config, self._trainer.learner, self._group)
            workers = workers_for(int(self._group.pins), beside=1)
            self._batches = prepared(batches, 0, workers, pinned=self._group.pins)
        start = time.perf_counter()
        batch = next(self._batches)
        waited = time.perf_counter() - start
        self._trainer.descend([moved_to(item, self._group.device) for item in batch.items])
        if self._group.device.type == "cuda":
            torch.cuda.synchronize()
        return waited


build = Ours
