"""A file that may hold sketches, as whoever found it hands it to a reader.

A reader returns what sketches it finds, and adds a line to `problems` for each thing that is wrong, and to `remarks`
for each that is odd. Each line names the file, the place in it, the value and the rule. Sketches of a file with
problems are not to be used.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.config import canonical_json

UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")
"""What no name of a file may hold."""


@dataclass(frozen=True, slots=True)
class File:
    """One file, read.

    path: as people know it.  name: below the folder that was named, without suffix and without folders that name a
    split. above: the folders that it lies in, the outermost first, without those that name a split: some formats tell
    the class of what is drawn by them.  split: what such a folder says, else empty.  parts: what the parts of SPG's
    drawings are called.
    """

    path: str
    name: str
    above: Sequence[str]
    data: bytes
    split: str = ""
    parts: Sequence[str] = ()

    @property
    def folder(self) -> str:
        """The name of the folder it lies in."""
        return self.above[-1] if self.above else ""

    @property
    def stem(self) -> str:
        """The file's own name without suffix."""
        return self.name.rpartition("/")[2]


def fit(name: str) -> str:
    """Return a name that a file can have below any folder: no part of it is empty or leads upwards."""
    return "/".join(part for part in UNFIT.sub("-", name).split("/") if part.strip(".")) or "sketch"


def parsed(text: bytes, where: str, problems: list[str]) -> dict[str, Any] | None:
    """Return a JSON object, or None and a problem.  NaN and infinity pass: who reads numbers tells where they are."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as fault:  # no UTF-8, no JSON, nested too deeply
        problems.append(f"{where}: it is no JSON: {fault}")
        return None
    if not isinstance(document, dict):
        problems.append(f"{where}: it is {_short(document)}, it must be a JSON object")
        return None
    return document


def besides(document: Mapping[str, Any], known: Sequence[str], where: str, problems: list[str]) -> dict[str, Any]:
    """Return the fields of a document that a reader does not know, for an export to give back."""
    extra = {field: value for field, value in document.items() if field not in known}
    try:
        canonical_json(extra)
    except (ValueError, RecursionError):
        problems.append(f"{where}: one of {', '.join(extra)} holds NaN or infinity, which are no JSON")
    return extra


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
