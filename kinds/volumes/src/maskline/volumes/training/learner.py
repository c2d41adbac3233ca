"""What one training process learns with: a network, and bricks as it sees them."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.training import Draw, Item, Learner, Pool
from maskline.contract.shard import Sample
from maskline.volumes.bricks.encoding import encode
from maskline.volumes.bricks.reading import decode_labels, decode_mask, decode_raw
from maskline.volumes.bricks.statistics import Statistics
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.networks import weights
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.prediction.windows import predicted
from maskline.volumes.scaling import scaled
from maskline.volumes.spec import MAPS, VolumeSpec
from maskline.volumes.training.augment import revalued, turned
from maskline.volumes.training.config import VolumeTraining
from maskline.volumes.training.items import brick_of, numbered_anew, patch_of
from maskline.volumes.training.network import LearningNetwork
from maskline.volumes.training.starting import load_starting_weights
from maskline.volumes.training.validation import compared, figures
from maskline.volumes.voxels import InMemory

PLACE, TURN, VALUES = 20, 21, 22
"""Uses of randomness, by number."""


class VolumeLearner(Learner):
    """A network for volumes that learns.  Its items are those of `Brick`, and patches of them."""

    headline = "ap50"

    def __init__(self, spec: VolumeSpec, config: VolumeTraining) -> None:
        self._spec, self._config = spec, config

    @cached_property
    def network(self) -> LearningNetwork:
        """Build the network; who only looks at items does without it."""
        return LearningNetwork(self._spec, self._config)

    def start(self, path: Path) -> tuple[dict[str, int], dict[str, Any]]:
        """Load starting weights: a checkpoint's, or CryoSiam's."""
        return load_starting_weights(self.network, path)

    def item(self, sample: Sample) -> dict[str, Tensor]:
        """Decode a brick and work out its targets."""
        place = {category.id: number for number, category in enumerate(self._spec.categories.categories)}
        classes = {label["instance"]: place[label["category_id"]] for label in sample.annotations}
        limit, boundary = self._spec.distance_limit_voxels, self._config.boundary
        return brick_of(_values(sample), _labels(sample), decode_mask(sample), classes, limit, boundary).item()

    def varied(self, item: Item, draw: Draw, pool: Pool) -> dict[str, Tensor]:
        """Cut a patch out of a brick, and vary it."""
        del pool
        config = self._config
        patch = patch_of(item, config.patch_voxels, config.on_instances, draw(PLACE))
        patch = turned(patch, config.augmentation, draw(TURN))
        # Halves save room in the cache; autocast on a CPU refuses them.
        patch |= {name: patch[name].astype(np.float32) for name in ("values", "distance")}
        patch["values"] = revalued(patch["values"], config.augmentation, draw(VALUES))
        return {name: torch.from_numpy(np.ascontiguousarray(part)) for name, part in patch.items()}

    def results(self, network: VolumeNetwork, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        """Find instances in a few bricks, and compare them with the labels."""
        training = network.training
        network.eval()
        found = [result for sample in samples for result in _found(network, sample)]
        network.train(training)
        return found

    def scores(self, samples: Sequence[Sample], results: Sequence[dict[str, Any]]) -> dict[str, float | None]:
        """Measure average precision."""
        return figures(results, sum(len(sample.annotations) for sample in samples))

    def weights(self, network: VolumeNetwork) -> bytes:
        """Return every parameter and buffer."""
        return weights.to_bytes(network)

    def shown(self, sample: Sample, item: Item) -> Sample:
        """Return a patch as the network sees it; of its labels, which class a voxel is of, since no item tells more."""
        values, classes = item["values"].numpy().astype(np.float32), item["classes"].numpy().astype(np.uint32)
        low, high = (float(value) for value in np.percentile(values, [0.1, 99.9]))
        own = {"shape": list(values.shape), "start": [0, 0, 0], "low": low, "high": high}
        ids = [category.id for category in self._spec.categories.categories]
        labels = [
            {"image_id": sample.image["id"], "category_id": ids[number - 1], "instance": number}
            for number in np.unique(classes).tolist()
            if number
        ]
        return Sample(sample.stem, {"raw": encode(values), "labels": encode(classes)}, sample.image | own, labels)


def _found(network: VolumeNetwork, sample: Sample) -> list[dict[str, Any]]:
    maps = predicted(network, _values(sample))
    if not np.isfinite(maps).all():
        raise FloatingPointError(f"maps of brick {sample.image['file_name']} hold values that are no numbers")
    mask = decode_mask(sample)
    if mask is not None:
        maps *= mask != 0
    foreground, distances, boundaries = (InMemory(one) for one in maps[: len(MAPS)])
    instances = segment(Maps(foreground, distances, boundaries), network.spec.instances)
    found = compared(numbered_anew(_labels(sample))[1], instances, maps[0])
    return [{"image_id": sample.image["id"], **result} for result in found]


def _values(sample: Sample) -> "np.ndarray[Any, np.dtype[np.float32]]":
    image = sample.image
    statistics = Statistics(*(image[name] for name in Statistics._fields))
    return scaled(decode_raw(sample), statistics)


def _labels(sample: Sample) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    labels = decode_labels(sample)
    if labels is None:
        raise InvalidInput(f"brick {sample.image['file_name']} is not labelled: there is nothing to learn from it")
    return labels
