"""What predictions tell of a dataset's strokes where the objects and their categories were told."""

import json

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Corrupt


def read_given(predictions: Artifact) -> dict[int, list[int]] | None:
    """Return id of a sketch -> category id of each stroke's part, 0 for none, from the index of what was predicted.

    None if it tells of no sketch: predictions made elsewhere need not know.  Raises Corrupt if the index is none.
    """
    given: dict[int, list[int]] = {}
    for name in sorted(predictions.manifest.files):
        if not (name.startswith("images/") and name.endswith(".json")):
            continue
        records = json.loads(predictions.read(name))
        if not isinstance(records, list) or not all(isinstance(one, dict) and "id" in one for one in records):
            raise Corrupt(f"{predictions.uri}/{name} is not a list of records")
        given |= {record["id"]: record["given"] for record in records if "given" in record}
    return given or None
