"""Predictions as labels: what is sure enough, of samples that nobody has labelled."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.records import Records, records_of
from maskline.contract.shard import Dataset, Sample
from maskline.render.deriving.config import FoldConfig


@dataclass(frozen=True)
class Taught:
    """A dataset's split, and the instances that predictions are sure of.

    labels: image id -> results that count.  unsure: how many do not.
    """

    dataset: Dataset
    split: str
    labels: Mapping[int, Sequence[Mapping[str, Any]]]
    unsure: int
    kind: Records

    @classmethod
    def of(cls, predictions: Artifact, config: FoldConfig) -> "Taught":
        """Read predictions.  Raises InvalidInput unless they are of a dataset."""
        uri = predictions.manifest.inputs.get("dataset")
        if not uri:
            raise InvalidInput(
                f"predictions = '{predictions.uri}' are of files that no artifact keeps: import those as a dataset "
                "without labels and predict that"
            )
        labels: dict[int, list[Mapping[str, Any]]] = {}
        unsure = 0
        for result in _results(predictions):
            if result["score"] >= config.score and result.get("agreement", 1) >= config.agreement:
                labels.setdefault(result["image_id"], []).append(result)
            else:
                unsure += 1
        split, kind = str(predictions.manifest.config["split"]), records_of(predictions.manifest.of)
        return cls(Dataset(open_sealed(uri, "dataset")), split, labels, unsure, kind)

    def labelled(self, sample: Sample) -> Sample:
        """Return a sample with what is predicted for labels, which have no ids yet."""
        labels = self.kind.labels(self.labels[sample.image["id"]])
        return Sample(sample.stem, sample.members, sample.image, labels)


def _results(predictions: Artifact) -> list[dict[str, Any]]:
    shards = sorted(name for name in predictions.manifest.files if name.startswith("shards/"))
    return [result for shard in shards for result in json.loads(predictions.read(shard))]
