"""What a training is going to see: records of a dataset as its preset varies them, as the network gets them."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from maskline.contract.artifact import Artifact
from maskline.contract.errors import EmptySplit
from maskline.contract.kind.training import TrainingConfig, training_of
from maskline.contract.preview.files import require_few
from maskline.contract.preview.preview import Preview
from maskline.contract.shard import Dataset, Sample
from maskline.train.read.sampler import picture_rng


def preview(artifact: Artifact, config: TrainingConfig, samples: int) -> Preview:
    """Show the first samples of a dataset, split `train` first, as a first step that they make up would.

    What one gets of another is of these as well.

    Raises InvalidInput for more than a preview shows or a picture that cannot be read, EmptySplit if there is none.
    """
    require_few(samples)
    kind, categories = training_of(artifact.manifest.of), artifact.manifest.categories
    learner = kind.learner(kind.spec(config, categories), config)
    found = list(islice(_samples(Dataset(artifact)), samples))
    if not found:
        raise EmptySplit(f"{artifact.uri} holds no picture")
    items, draws = [learner.item(sample) for sample in found], partial(picture_rng, config.seed, 0)
    seen = (learner.varied(item, partial(draws, place), items) for place, item in enumerate(items))
    shown = [learner.shown(sample, item) for sample, item in zip(found, seen, strict=True)]
    return Preview(shown, categories, artifact.manifest.of)


def _samples(dataset: Dataset) -> Iterator[Sample]:
    for split in sorted(dataset.splits, key=lambda name: (name != "train", name)):
        for shard in dataset.shards(split):
            yield from dataset.samples(shard)
