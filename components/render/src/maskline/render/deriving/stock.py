"""What a derived dataset holds, known before any of it is written."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import require_same
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import Stock
from maskline.contract.shard import Dataset, Sample, annotation_id, image_id
from maskline.render.deriving.config import FoldConfig
from maskline.render.deriving.folds import dealt
from maskline.render.deriving.taught import Taught

DEALT = ("train", "val")
"""The splits that folds are made of."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sample is taken from.

    position: in its shard, from 0.  image: its record there.  label: gives the sample its labels.
    """

    dataset: Dataset
    shard: str
    position: int
    image: Mapping[str, Any]
    label: Callable[[Sample], Sample]

    @property
    def group(self) -> str:
        """What must not cross splits."""
        return str(self.image["group"])


class FoldStock(Stock):
    """A fold of a dataset, as an import sees what it has found."""

    def __init__(self, config: FoldConfig) -> None:
        """Read the documents of what is named.

        Raises InvalidInput if there are fewer groups than folds, CategoryMismatch if predictions know other classes.
        """
        labelled = open_sealed(config.dataset, "dataset")
        self.name, self.record, self.categories = (
            labelled.manifest.name,
            labelled.manifest.of,
            labelled.manifest.categories,
        )
        self.inputs = {"dataset": labelled.uri}
        self.meaning: Mapping[str, Any] = {"folds": config.folds, "fold": config.fold}
        self._remarks: list[str] = []
        self._order = _folded(Dataset(labelled), config)
        if config.predictions:
            self._add(open_sealed(config.predictions, "predictions"), labelled, config)
        self.splits = {split: len(origins) for split, origins in self._order.items()}
        self._shard: tuple[str, str, list[Sample]] = ("", "", [])

    def _add(self, predictions: Artifact, labelled: Artifact, config: FoldConfig) -> None:
        """Let the samples that predictions are sure about join split train."""
        require_same(self.categories, labelled.uri, predictions.manifest.categories, predictions.uri)
        taught = Taught.of(predictions, config)
        uri = taught.dataset.artifact.uri
        known = {origin.group for origins in self._order.values() for origin in origins}
        every = list(_origins(taught.dataset, taught.split, taught.labelled))
        strange = [origin for origin in every if origin.group not in known]
        sure = [origin for origin in strange if origin.image["id"] in taught.labels]
        self._order["train"] = self._order["train"] + sure
        self.inputs |= {"unlabelled": uri, "predictions": predictions.uri}
        self.meaning = {**self.meaning, "score": config.score, "agreement": config.agreement}
        labels = sum(len(taught.labels[origin.image["id"]]) for origin in sure)
        self._remarks = [
            f"{len(sure)} of {len(every)} samples of {uri} join split train with {labels} instances",
            f"{len(strange) - len(sure)} have no sure instance, {len(every) - len(strange)} have labels already",
            f"{taught.unsure} instances are not sure: score = {config.score}, agreement = {config.agreement}",
        ]

    def check(self) -> list[str]:
        """Return what came of the predictions: what is sealed needs no checking."""
        return self._remarks

    def samples(self, split: str, first: int, stop: int) -> Iterator[Sample]:
        """Yield samples with the names and ids that they have here."""
        splits = list(self._order)
        before = sum(self.splits[name] for name in splits[: splits.index(split)])
        for number in range(first, stop):
            origin = self._order[split][number]
            yield _renumbered(origin.label(self._sample(origin)), before + number)

    def _sample(self, origin: Origin) -> Sample:
        """Read a sample; its shard is kept until one of another is read."""
        uri = origin.dataset.artifact.uri
        if self._shard[:2] != (uri, origin.shard):
            self._shard = uri, origin.shard, list(origin.dataset.samples(origin.shard))
        return self._shard[2][origin.position]


def _folded(labelled: Dataset, config: FoldConfig) -> dict[str, list[Origin]]:
    """Return the origins of every split."""
    own = [origin for split in DEALT if split in labelled.splits for origin in _origins(labelled, split, _as_it_is)]
    sizes = Counter(origin.group for origin in own)
    if len(sizes) < config.folds:
        uri = labelled.artifact.uri
        raise InvalidInput(f"{uri} has {len(sizes)} groups in splits train and val, fewer than folds = {config.folds}")
    fold = dealt(sizes, config.folds)
    order = {split: [one for one in own if (fold[one.group] == config.fold) == (split == "val")] for split in DEALT}
    others = (split for split in labelled.splits if split not in DEALT)
    return order | {split: list(_origins(labelled, split, _as_it_is)) for split in others}


def _origins(dataset: Dataset, split: str, label: Callable[[Sample], Sample]) -> Iterator[Origin]:
    for shard in dataset.shards(split):
        for position, image in enumerate(dataset.document(shard)["images"]):
            yield Origin(dataset, shard, position, image, label)


def _as_it_is(sample: Sample) -> Sample:
    return sample


def _renumbered(sample: Sample, index: int) -> Sample:
    """Return a sample as number `index` of a dataset.  Names of several datasets may be alike, so it is called that."""
    stem, own = f"{index:06d}", image_id(index)
    suffix = sample.image["file_name"].rpartition(".")[2]
    image = sample.image | {"id": own, "file_name": f"{stem}.{suffix}", "derived_from": sample.image["file_name"]}
    annotations = [
        label | {"id": annotation_id(index, number), "image_id": own} for number, label in enumerate(sample.annotations)
    ]
    return Sample(stem, sample.members, image, annotations)
