"""The batches of a training in their order, prepared by threads while the network works."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from maskline.model.segmenter import TrainingImage
from maskline.model.spec import ModelSpec
from maskline.train.augment.augmented import augmented
from maskline.train.config import TrainConfig
from maskline.train.data import decoded
from maskline.train.order import batch_indices, picture_rng
from maskline.train.place import Place
from maskline.train.spool import Spool


@dataclass(frozen=True, slots=True)
class Batch:
    """One process's share of a step.  image_ids: COCO ids of the whole step's pictures, in order."""

    image_ids: list[int]
    images: list[TrainingImage]


class Batches:
    """What each step sees, on the CPU; a pure function of (seed, step)."""

    def __init__(self, spool: Spool, config: TrainConfig, spec: ModelSpec, place: Place) -> None:
        self._spool, self._config, self._spec, self._place = spool, config, spec, place

    def __getitem__(self, step: int) -> Batch:
        """Return the share of this process in step `step`, counted from 0."""
        config = self._config
        numbers = batch_indices(config.seed, step, config.batch_images, len(self._spool))
        mine = range(self._place.rank, config.batch_images, self._place.size)
        images = [
            augmented(
                decoded(self._spool[numbers[at]], self._spec),
                self._spec,
                config.augmentation,
                partial(picture_rng, config.seed, step, at),
            )
            for at in mine
        ]
        return Batch([self._spool.image_id(number) for number in numbers], images)

    def after(self, step: int, threads: int) -> Iterator[Batch]:
        """Yield the batches of the steps from `step` on, each prepared a little ahead by one of `threads`."""
        waiting: deque[Future[Batch]] = deque()
        with ThreadPoolExecutor(threads) as pool:
            try:
                for ahead in range(step, self._config.steps):
                    waiting.append(pool.submit(self.__getitem__, ahead))
                    if len(waiting) > threads:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)
