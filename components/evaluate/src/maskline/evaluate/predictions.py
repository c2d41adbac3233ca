"""Predictions as the evaluate stage takes them in, checked against the dataset they claim to be of."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.categories import require_same
from maskline.contract.errors import Corrupt, InvalidInput

FIELDS = ("image_id", "category_id", "bbox", "segmentation", "score")


def read_results(predictions: Artifact) -> list[dict[str, Any]]:
    """Return every COCO result of a predictions artifact.  Raises Corrupt if a shard is not a list of results."""
    shards = sorted(
        name for name in predictions.manifest.files if name.startswith("shards/") and name.endswith(".json")
    )
    return [result for shard in shards for result in _shard(predictions, shard)]


def _shard(predictions: Artifact, shard: str) -> list[dict[str, Any]]:
    results = json.loads(predictions.read(shard))
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise Corrupt(f"{predictions.uri}/{shard} is not a list of COCO results")
    for result in results:
        missing = [field for field in FIELDS if field not in result]
        if missing:
            raise Corrupt(f"{predictions.uri}/{shard} holds a result without '{missing[0]}'")
    return results


def limits_met(predictions: Artifact, results: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    """Say where instances were left out because there are too many.

    most: results that count per picture and class.
    """
    remarks = []
    if limited := predictions.manifest.figures.get("limited", 0):
        kept = predictions.manifest.config.get("max_detections")
        remarks.append(f"In {limited:,} pictures no more than {kept:,} instances were predicted: there may be more.")
    per_class = Counter((result["image_id"], result["category_id"]) for result in results)
    if beyond := sum(count > most for count in per_class.values()):
        remarks.append(
            f"Average precision counts {most:,} results per picture and class; {beyond:,} times there were more."
        )
    return remarks


def require_of(predictions: Artifact, dataset: Artifact) -> None:
    """Raise unless the predictions are of this dataset, under the same category table.

    Raises InvalidInput naming both datasets, CategoryMismatch naming both tables.
    """
    predicted = predictions.manifest.inputs.get("dataset", "pictures that have no truth")
    if predicted != dataset.uri:
        raise InvalidInput(f"{predictions.uri} predicts {predicted}, but is to be evaluated on {dataset.uri}")
    require_same(predictions.manifest.categories, predictions.uri, dataset.manifest.categories, dataset.uri)


def require_known_images(
    results: list[dict[str, Any]], predictions: Artifact, truth: dict[str, Any], place: str
) -> None:
    """Raise InvalidInput if a result is of an image that `place`, the split the truth is of, does not hold."""
    strangers = sorted({result["image_id"] for result in results} - {image["id"] for image in truth["images"]})
    if strangers:
        what = f"{len(strangers)} image(s), the first with id {strangers[0]}, that are"
        raise InvalidInput(f"{predictions.uri} has results for {what} not among the {len(truth['images'])} of {place}")
