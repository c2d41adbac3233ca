"""What one training process learns with: a segmenter, and the pictures as it sees them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import Tensor

from maskline.contract.coco import rle
from maskline.contract.kind.training import Draw, Item, Learner, Pool
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample
from maskline.pictures.correction.config import by_category
from maskline.pictures.correction.corrected import corrected
from maskline.pictures.networks import weights
from maskline.pictures.networks.segmenter import Segmenter, TrainingImage, build
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training import validation
from maskline.pictures.training.augment.augmented import augmented
from maskline.pictures.training.config import PictureTraining
from maskline.pictures.training.items import decoded
from maskline.pictures.training.starting import load_starting_weights


class SegmenterLearner(Learner):
    """A segmenter that learns.  Its items are those of `TrainingImage`."""

    headline = "mask_ap"

    def __init__(self, spec: ModelSpec, config: PictureTraining) -> None:
        self._spec, self._config = spec, config
        self._rules = by_category(config.correction, spec.categories)

    @cached_property
    def network(self) -> Segmenter:
        """Build the segmenter; who only looks at items does without it."""
        segmenter = build(self._spec)
        segmenter.sample(self._config.regions_per_image, self._config.proposals_per_image)
        segmenter.weigh(self._config.losses)
        return segmenter

    def start(self, path: Path) -> tuple[dict[str, int], dict[str, Any]]:
        """Load starting weights."""
        return load_starting_weights(self.network, path)

    def item(self, sample: Sample) -> dict[str, Tensor]:
        """Decode a picture, in its own pixels, with what is wrong with its masks put right."""
        labels, _ = corrected(sample.annotations, self._rules)
        return decoded(replace(sample, annotations=labels), self._spec).item()

    def varied(self, item: Item, draw: Draw, pool: Pool) -> dict[str, Tensor]:
        """Augment a picture, in the network's frame."""
        return augmented(TrainingImage.of(item), self._spec, self._config.augmentation, draw, pool).item()

    def results(self, network: Segmenter, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        """Segment a few pictures."""
        return validation.results(network, samples)

    def scores(self, samples: Sequence[Sample], results: Sequence[dict[str, Any]]) -> dict[str, float | None]:
        """Measure average precision."""
        return validation.scores(self._spec, samples, results)

    def weights(self, network: Segmenter) -> bytes:
        """Return every parameter and buffer."""
        return weights.to_bytes(network)

    def shown(self, sample: Sample, item: Item) -> Sample:
        """Return what the network sees as a sample, whose record keeps what it says of the picture."""
        image = TrainingImage.of(item)
        height, width = image.masks.size
        annotations = [
            {
                "category_id": self._spec.categories.categories[number].id,
                "segmentation": rle.encode_crop(piece.astype(bool), x0, y0, height, width),
            }
            for number, piece, (x0, y0, _, _) in zip(
                image.classes.tolist(), image.masks.pieces(), image.masks.boxes.tolist(), strict=True
            )
        ]
        pixels = image.pixels.numpy()
        picture = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
        record = sample.image | {"width": width, "height": height}
        return Sample(sample.stem, {"png": encode_png(picture)}, record, annotations)
