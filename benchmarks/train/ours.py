"""Maskline's loader and training step, as the train stage calls them."""

import time
from itertools import count
from pathlib import Path

import numpy as np
import torch
from train.sides import Mapped, Overrides, Step, timed

from maskline.molecules.categories import TABLE
from maskline.train import job as names
from maskline.train.batches import Batches
from maskline.train.cache import Cache
from maskline.train.config import configure
from maskline.train.data import moved_to
from maskline.train.job import Job
from maskline.train.loader import prepared
from maskline.train.machine import workers_for
from maskline.train.place import Place
from maskline.train.spool import Spool
from maskline.train.training import Training

OWN_SIZE = {"short_side_px": 0, "long_side_px": 0, "batch_images": 1}


class Ours:
    """The preset pointrend-r50 over the benchmark's pictures."""

    def __init__(self, folder: Path, device: str, overrides: Overrides) -> None:
        self._folder, self._place = folder, Place(0, 1, 1, torch.device(device))
        self._spool = Spool(folder / names.TRAIN)
        self._overrides = overrides
        self._training: Training | None = None
        self._passes = count()

    def mapped(self, way: str) -> Mapped:
        """Prepare the pictures.  way: `first` decodes them; `later` finds them decoded, as every pass but the first."""
        config = configure("pointrend-r50", 1, 0, OWN_SIZE)
        spec = config.spec(TABLE)
        cache = Cache(self._spool, self._folder / f"pass-{next(self._passes)}.cache", spec)
        batches = Batches(cache, config, spec, self._place)
        if way == "later":
            for number in range(len(cache)):
                cache[number]
        cpu = time.thread_time()
        images = [batches[step].images[0] for step in range(len(cache))]
        ms = 1000 * (time.thread_time() - cpu) / len(images)
        masks = np.mean([image.masks.cells.nbytes + image.masks.boxes.nbytes * 5 / 4 for image in images])
        return Mapped(ms, float(masks), float(np.mean([image.pixels.nbytes for image in images])))

    def step(self) -> Step:
        """Take a step as the train loop does."""
        return timed(self._step)

    def _step(self) -> float:
        if self._training is None:
            config = configure("pointrend-r50", 1000, 0, {"validation_images": 0, **self._overrides})
            job = Job(
                config=config, categories=TABLE, dataset="", id="", attempt="", store="", folder=self._folder, gpus=0
            )
            self._training = Training(job, self._place)
            cache = Cache(self._spool, self._folder / names.CACHE, self._training.spec)
            batches = Batches(cache, config, self._training.spec, self._place)
            workers = workers_for(int(self._place.pins), beside=1)
            self._batches = prepared(batches, 0, workers, pinned=self._place.pins)
        start = time.perf_counter()
        batch = next(self._batches)
        waited = time.perf_counter() - start
        self._training.descend([moved_to(image, self._place.device) for image in batch.images])
        if self._place.device.type == "cuda":
            torch.cuda.synchronize()
        return waited


build = Ours
