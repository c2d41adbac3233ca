"""The keys of an embedded store: made once, kept in one file that only its owner can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Keys:
    """What a client needs to be let in, and what tells this store from any other."""

    access_key: str
    secret_key: str = field(repr=False)
    store: str


def keys_in(path: Path) -> Keys:
    """Return the keys in the file `path`, which is made if it does not exist."""
    if not path.exists():
        write_private(path, asdict(Keys(secrets.token_hex(10), secrets.token_hex(20), secrets.token_hex(10))))
    return Keys(**json.loads(path.read_text()))


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write JSON to `path`, whole or not at all, for its owner's eyes only."""
    new = path.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
    new.replace(path)
