"""How the checkpoint behind the predictions learned, as its training tells it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.artifact import open_sealed
from maskline.contract.errors import InvalidInput, NotFound, NotSealed

LOG = "log.jsonl"
SERIES = {
    "loss": ("step", "loss"),
    "validation mask AP": ("validation", "mask_ap"),
    "validation mask AP50": ("validation", "mask_ap50"),
    "learning rate": ("step", "rate"),
}
"""What is shown -> event and figure of the log."""


@dataclass(frozen=True)
class Learning:
    """A training.

    series: name -> (step, value), by step.  figures: of the checkpoint's manifest.  batch: pictures per step, if known.
    """

    series: Mapping[str, Sequence[tuple[float, float]]]
    figures: Mapping[str, Any]
    batch: int | None


def read_learning(checkpoint: str) -> Learning | None:
    """Return how the checkpoint at this URI learned; None where there is none, or no log in it."""
    if not checkpoint:
        return None
    try:
        artifact = open_sealed(checkpoint, "checkpoint")
        lines = [json.loads(line) for line in artifact.read(LOG).decode().splitlines()]
    except (InvalidInput, NotFound, NotSealed):
        return None
    return Learning(series(lines), artifact.manifest.figures, artifact.manifest.config.get("batch_images"))


def series(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Return those of SERIES that the lines of a log tell of: name -> (step, value)."""
    found = {
        name: [
            (line["step"], line[figure])
            for line in lines
            if line.get("event") == event and line.get(figure) is not None
        ]
        for name, (event, figure) in SERIES.items()
    }
    return {name: points for name, points in found.items() if points}
