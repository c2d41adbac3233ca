"""Predictions as the evaluate stage takes them in, checked against the dataset they claim to be of."""

import json
from collections.abc import Sequence
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.categories import require_same
from maskline.contract.errors import Corrupt, InvalidInput


def read_results(predictions: Artifact, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Return every COCO result of a predictions artifact.

    fields: what each of them tells.  Raises Corrupt if a shard is not a list of such results.
    """
    shards = sorted(
        name for name in predictions.manifest.files if name.startswith("shards/") and name.endswith(".json")
    )
    return [result for shard in shards for result in _shard(predictions, shard, fields)]


def _shard(predictions: Artifact, shard: str, fields: Sequence[str]) -> list[dict[str, Any]]:
    results = json.loads(predictions.read(shard))
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise Corrupt(f"{predictions.uri}/{shard} is not a list of COCO results")
    for result in results:
        missing = [field for field in fields if field not in result]
        if missing:
            raise Corrupt(f"{predictions.uri}/{shard} holds a result without '{missing[0]}'")
    return results


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
