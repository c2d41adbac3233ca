"""What each step of a training sees, as a pure function of (seed, step)."""

from dataclasses import dataclass
from functools import partial

from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.spec import ModelSpec
from maskline.train.augment.augmented import Draw, augmented
from maskline.train.balance import shown
from maskline.train.cache import Cache
from maskline.train.config import TrainConfig
from maskline.train.order import alike_indices, picture_rng, repeats_rng
from maskline.train.place import Place


@dataclass(frozen=True, slots=True)
class Batch:
    """One process's share of a step.  image_ids: COCO ids of the whole step's pictures, in order."""

    image_ids: list[int]
    images: list[TrainingImage]

    def pin_memory(self) -> "Batch":
        """Return the same in memory that a GPU can copy from while it works."""
        return Batch(self.image_ids, [_pinned(image) for image in self.images])


class Batches:
    """The batches of one process, on the CPU, by step."""

    def __init__(self, samples: Cache, config: TrainConfig, spec: ModelSpec, place: Place) -> None:
        self._samples, self._config, self._spec, self._place = samples, config, spec, place
        self._shown = shown(samples.holds, config.rare_share, repeats_rng(config.seed))
        self._aspects = samples.aspects[self._shown]

    def __len__(self) -> int:
        return self._config.steps

    def __getitem__(self, step: int) -> Batch:
        """Return the share of this process in step `step`, counted from 0.  Raises InvalidInput naming a picture."""
        config, place = self._config, self._place
        places = alike_indices(config.seed, step, config.batch_images, self._aspects, config.alike_steps)
        numbers = self._shown[places].tolist()
        mine = range(place.rank, config.batch_images, place.size)
        images = [self._image(numbers[at], partial(picture_rng, config.seed, step, at)) for at in mine]
        return Batch([self._samples.image_id(number) for number in numbers], images)

    def _image(self, number: int, draw: Draw) -> TrainingImage:
        return augmented(self._samples[number], self._spec, self._config.augmentation, draw)


def _pinned(image: TrainingImage) -> TrainingImage:
    return TrainingImage(
        image.pixels.pin_memory(), image.boxes.pin_memory(), image.classes.pin_memory(), image.masks.pin_memory()
    )
