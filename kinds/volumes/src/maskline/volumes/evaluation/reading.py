"""Volumes of a split beside what was found in them, a brick at a time."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.kind.evaluation import Comparison
from maskline.contract.shard import Sample
from maskline.volumes.bricks.encoding import encode
from maskline.volumes.bricks.reading import BrickedVolume, decode_labels, decode_mask
from maskline.volumes.evaluation.contingency import Part, contingency
from maskline.volumes.evaluation.matching import Matched, matched


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


def found_labels(volume: BrickedVolume, predictions: Artifact) -> BrickedVolume:
    """Return the labels that were found in a volume, of which the bricks that are asked for are read."""
    images = volume.images
    return BrickedVolume(images, lambda number: _found(images[number], predictions), "labels")


def _found(image: Mapping[str, Any], predictions: Artifact) -> Sample:
    """Return a brick with the labels that were found in it; none where nothing was predicted."""
    stem = image["file_name"].rpartition(".")[0]
    name, empty = f"labels/{stem}.labels", np.zeros(image["shape"], np.uint32)
    labels = predictions.read(name) if name in predictions.manifest.files else encode(empty)
    return Sample(stem, {"labels": labels}, dict(image), [])


def _part(sample: Sample, predictions: Artifact) -> Part:
    truth, mask = decode_labels(sample), decode_mask(sample)
    found = decode_labels(_found(sample.image, predictions))
    if truth is None or found is None:
        raise InvalidInput(f"volume {sample.image['volume']} has no labels: there is nothing to compare with")
    counts = np.ones(truth.shape, bool) if mask is None else mask != 0
    z, y, x = sample.image["start"]
    return Part((z, y, x), truth, found, counts)
