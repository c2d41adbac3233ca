"""Volumes of a split beside what was found in them, a brick at a time."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.kind.evaluation import Comparison
from maskline.contract.shard import Sample
from maskline.volumes.bricks.encoding import decode
from maskline.volumes.bricks.reading import decode_labels, decode_mask
from maskline.volumes.evaluation.contingency import Part, contingency
from maskline.volumes.evaluation.matching import Matched, matched
from maskline.volumes.voxels import Box, Shape


def compared_volumes(compared: Comparison, split: str) -> Iterator[Matched]:
    """Yield the volumes of a split in their order.

    A brick for which there is no prediction counts as if nothing was found in it.
    Raises InvalidInput for a volume without labels, Corrupt for predictions that do not fit.
    """
    classes = dict[str, dict[int, int]]()
    volume_of = {image["id"]: image["volume"] for image in compared.truth["images"]}
    for label in compared.truth["annotations"]:
        classes.setdefault(volume_of[label["image_id"]], {})[label["instance"]] = label["category_id"]
    results = dict[str, list[dict[str, Any]]]()
    for result in compared.results:
        results.setdefault(result["volume"], []).append(result)
    dataset = compared.dataset
    samples = (sample for shard in dataset.shards(split) for sample in dataset.samples(shard))
    for name, own in groupby(samples, lambda sample: str(sample.image["volume"])):
        table = contingency(_part(sample, compared.predictions) for sample in own)
        known = {result["instance"] for result in results.get(name, [])}
        if unknown := [number for number in table.results.tolist() if number not in known]:
            raise Corrupt(f"{compared.predictions.uri}: instance {unknown[0]} of {name} has voxels and no result")
        yield matched(name, table, classes.get(name, {}), results.get(name, []))


class FoundLabels:
    """The labels that were found in a volume, of which the bricks that are asked for are read."""

    def __init__(self, predictions: Artifact, volume: str, shape: Shape) -> None:
        self._predictions, self.shape, self.dtype = predictions, shape, np.dtype(np.uint32)
        self._records = [
            record
            for name in sorted(predictions.manifest.files)
            if name.startswith("images/")
            for record in json.loads(predictions.read(name))
            if record["volume"] == volume
        ]

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box, (z, y, x), 0 where nothing was predicted.  Raises Corrupt."""
        values = np.zeros(box.shape, np.uint32)
        for record in self._records:
            first = np.maximum(box.start, record["start"])
            last = np.minimum(box.stop, np.add(record["start"], record["shape"]))
            if (first < last).all():
                found = found_in(record, self._predictions)
                values[_cut(first, last, box.start)] = found[_cut(first, last, record["start"])]
        return values


def found_in(record: Mapping[str, Any], predictions: Artifact) -> NDArray[Any]:
    """Return the instances that were found in a brick; none where nothing was predicted.  Raises Corrupt."""
    name = f"labels/{record['file_name'].rpartition('.')[0]}.labels"
    if name not in predictions.manifest.files:
        return np.zeros(record["shape"], np.uint32)
    found = decode(predictions.read(name))
    if list(found.shape) != list(record["shape"]):
        raise Corrupt(f"{predictions.uri}/{name} has the shape {list(found.shape)}, the brick is {record['shape']}")
    return found


def _part(sample: Sample, predictions: Artifact) -> Part:
    truth, mask = decode_labels(sample), decode_mask(sample)
    if truth is None:
        raise InvalidInput(f"volume {sample.image['volume']} has no labels: there is nothing to compare with")
    counts = np.ones(truth.shape, bool) if mask is None else mask != 0
    z, y, x = sample.image["start"]
    return Part((z, y, x), truth, found_in(sample.image, predictions), counts)


def _cut(first: NDArray[Any], last: NDArray[Any], origin: Any) -> tuple[slice, ...]:
    return tuple(slice(int(low - at), int(high - at)) for low, high, at in zip(first, last, origin, strict=True))
