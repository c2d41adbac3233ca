"""What the stages ask of a kind of record, and how they find it: one entry point of the group `maskline.kind` each.

A kind (pictures, and what comes after them) knows how its records are read, shown, learned from, predicted and compared
with the truth. It knows neither a stage's flow nor a domain; the stages know only the protocols of this room. The entry
point's name is the one that manifests tell as `record`, e.g. "coco/1". It names a module with one object per protocol:
`records`, `training`, `prediction`, `evaluation` and, where it reads other tools' files, `exchange`. Importing that
module loads nothing heavy.

What has a body in a protocol need not be written by a kind that inherits it.
"""

from importlib.metadata import entry_points
from typing import Any

from maskline.contract.errors import InvalidInput

GROUP = "maskline.kind"


def installed() -> frozenset[str]:
    """Return the names of the kinds that are installed."""
    return frozenset(entry_points(group=GROUP).names)


def load_kind(part: str, record: str) -> Any:
    """Load one part, e.g. `training`, of the kind that manifests call `record`.

    Raises InvalidInput with the names there are.
    """
    found = entry_points(group=GROUP)
    if record not in found.names:
        known = ", ".join(sorted(found.names)) or "none is installed"
        raise InvalidInput(f"records of kind '{record}' are unknown here (there are: {known})")
    kind = found[record].load()
    if not hasattr(kind, part):
        raise InvalidInput(f"records of kind '{record}' offer no {part}: {kind.__name__} has none")
    return getattr(kind, part)
