"""What each step of a training sees, as a pure function of (seed, step)."""

from dataclasses import dataclass
from functools import partial

import torch

from maskline.contract.kind.training import Item, Learner, TrainingConfig
from maskline.train.processes.group import ProcessGroup
from maskline.train.read.cache import Cache
from maskline.train.read.repeat_factor import repeated
from maskline.train.read.sampler import alike_indices, picture_rng, repeats_rng


@dataclass(frozen=True, slots=True)
class Batch:
    """One process's share of a step.  image_ids: COCO ids of the whole step's records, in order."""

    image_ids: list[int]
    items: list[Item]

    def pin_memory(self) -> "Batch":
        """Return the same in memory that a GPU can copy from while it works."""
        return Batch(self.image_ids, [{name: part.pin_memory() for name, part in item.items()} for item in self.items])


class Batches:
    """The batches of one process, on the CPU, by step."""

    def __init__(self, samples: Cache, config: TrainingConfig, learner: Learner, group: ProcessGroup) -> None:
        self._samples, self._config, self._learner, self._group = samples, config, learner, group
        self._shown = repeated(samples.holds, config.rare_share, repeats_rng(config.seed))
        self._shapes = samples.shapes[self._shown]

    def __len__(self) -> int:
        return self._config.steps

    def __getitem__(self, step: int) -> Batch:
        """Return the share of this process in step `step`, counted from 0.  Raises InvalidInput naming a record."""
        config, group = self._config, self._group
        places = alike_indices(config.seed, step, config.batch_images, self._shapes, config.alike_steps)
        numbers = self._shown[places].tolist()
        mine = range(group.rank, config.batch_images, group.size)
        draws = {at: partial(picture_rng, config.seed, step, at) for at in mine}
        items = [self._learner.varied(self._samples[numbers[at]], draws[at], self._samples) for at in mine]
        return Batch([self._samples.image_id(number) for number in numbers], items)


def moved_to(item: Item, device: torch.device) -> Item:
    """Return an item on another device."""
    return {name: part.to(device, non_blocking=True) for name, part in item.items()}
