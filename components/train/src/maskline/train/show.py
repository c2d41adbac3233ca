"""What a training is going to see: pictures of a dataset as its preset varies them, in the network's frame."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.errors import EmptySplit
from maskline.contract.picture import encode_png
from maskline.contract.preview.files import require_few
from maskline.contract.preview.preview import Preview
from maskline.contract.shard import Dataset, Sample
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.spec import ModelSpec
from maskline.train.augment.augmented import augmented
from maskline.train.config import TrainConfig
from maskline.train.data import decoded
from maskline.train.order import picture_rng


def preview(artifact: Artifact, config: TrainConfig, samples: int) -> Preview:
    """Show the first samples of a dataset, split `train` first, as a first step that they make up would.

    Raises InvalidInput for more than a preview shows or a picture that cannot be read, EmptySplit if there is none.
    """
    require_few(samples)
    spec = config.spec(artifact.manifest.categories)
    shown = []
    for place, sample in enumerate(islice(_samples(Dataset(artifact)), samples)):
        draw = partial(picture_rng, config.seed, 0, place)
        image = augmented(decoded(sample, spec), spec, config.augmentation, draw)
        shown.append(_sample(sample, image, spec))
    if not shown:
        raise EmptySplit(f"{artifact.uri} holds no picture")
    return Preview(shown, artifact.manifest.categories, artifact.manifest.of)


def _samples(dataset: Dataset) -> Iterator[Sample]:
    for split in sorted(dataset.splits, key=lambda name: (name != "train", name)):
        for shard in dataset.shards(split):
            yield from dataset.samples(shard)


def _sample(sample: Sample, image: TrainingImage, spec: ModelSpec) -> Sample:
    """Return what the network sees as a sample, whose record keeps what it says of the picture."""
    height, width = image.masks.size
    annotations = [
        {
            "category_id": spec.categories.categories[number].id,
            "segmentation": rle.encode_crop(piece.astype(bool), x0, y0, height, width),
        }
        for number, piece, (x0, y0, _, _) in zip(
            image.classes.tolist(), image.masks.pieces(), image.masks.boxes.tolist(), strict=True
        )
    ]
    pixels = image.pixels.numpy()
    picture = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
    return Sample(
        sample.stem, {"png": encode_png(picture)}, sample.image | {"width": width, "height": height}, annotations
    )
