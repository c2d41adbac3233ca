"""How the checkpoint behind the predictions learned."""

import json

from maskline.contract.artifact import open_sealed
from maskline.contract.errors import InvalidInput, NotFound, NotSealed
from maskline.contract.page.learning import LOG, Learning, series


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
