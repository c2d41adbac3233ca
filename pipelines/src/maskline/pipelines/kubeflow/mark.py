"""The last line of a description, by which maskline knows again what it has put on a server.

A description is all that a server keeps of ours with a version or a schedule, and everybody sees it. Some servers'
databases hold 255 letters of it, so marks are short.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from maskline.contract.config import canonical_json


def marked(text: str, kind: str, values: Mapping[str, str]) -> str:
    """Return `text` with a mark below it.  kind: what is marked, "maskline/schedule/1"."""
    return f"{text}\n{kind} {canonical_json(values).decode()}"


def read_mark(description: str | None, kind: str) -> dict[str, Any]:
    """Return the values of a mark of this kind; nothing if there is none, or somebody has spoilt it."""
    for line in reversed((description or "").splitlines()):
        if line.startswith(f"{kind} "):
            try:
                values = json.loads(line.removeprefix(f"{kind} "))
            except ValueError:
                return {}
            return values if isinstance(values, dict) else {}
    return {}


def digest(content: bytes) -> str:
    """Return the name of some content in a mark: the first 32 hexadecimal digits of its sha256."""
    return hashlib.sha256(content).hexdigest()[:32]
