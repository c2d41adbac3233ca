"""What the stages ask of a kind of record, and how they find it: entry points, one group per stage.

A kind (pictures, and what comes after them) knows how its records are read, shown, learned from, predicted and compared
with the truth. It knows neither a stage's flow nor a domain; the stages know only the protocols of this room. Its name
is the one that manifests tell as `record`, e.g. "coco/1".

What has a body in a protocol need not be written by a kind that inherits it.
"""

from importlib.metadata import entry_points
from typing import Any

from maskline.contract.errors import InvalidInput


def load_kind(group: str, record: str) -> Any:
    """Load what the kind of `record` registered under the entry-point group `maskline.kind.<group>`.

    Raises InvalidInput with the names there are.
    """
    found = entry_points(group=f"maskline.kind.{group}")
    if record not in found.names:
        known = ", ".join(sorted(found.names)) or "none is installed"
        raise InvalidInput(f"records of kind '{record}' are unknown to the {group} here (there are: {known})")
    return found[record].load()
