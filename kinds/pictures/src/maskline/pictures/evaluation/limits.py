"""Where instances were left out because there are too many."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.artifact import Artifact


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
