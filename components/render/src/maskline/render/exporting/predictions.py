"""What was predicted, from a sealed artifact or from the document that `maskline predict` leaves beside the masks."""

import json
from pathlib import Path
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import Predicted
from maskline.contract.kind.prediction import DOCUMENT


def document_of(place: str) -> Path | None:
    """Return the document of predictions at a place of this machine, a file or the folder of one; None: it is none."""
    path = Path(place)
    found = path / DOCUMENT if path.is_dir() else path
    return found if found.is_file() else None


def of_document(path: Path) -> Predicted:
    """Read the document.  Raises InvalidInput for another one."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as fault:
        raise InvalidInput(f"{path} cannot be read as JSON: {fault}") from None
    known = isinstance(document, dict) and {"images", "annotations"} <= document.keys()
    if not known or not all("score" in one for one in document["annotations"]):
        raise InvalidInput(f"{path} is no document of `maskline predict`: images, and annotations with a score")
    return Predicted(document["images"], document["annotations"])


def of_artifact(artifact: Artifact) -> Predicted:
    """Read sealed predictions.  Raises Corrupt for damaged files."""
    return Predicted(_listed(artifact, "images/"), _listed(artifact, "shards/"))


def _listed(artifact: Artifact, folder: str) -> list[dict[str, Any]]:
    names = sorted(name for name in artifact.manifest.files if name.startswith(folder) and name.endswith(".json"))
    return [one for name in names for one in json.loads(artifact.read(name))]
