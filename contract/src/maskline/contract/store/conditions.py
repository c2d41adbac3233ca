"""Whether an S3 server keeps the promises that sealing and championship rest on.

`create` must refuse where something is, `replace` where something else is. There are servers that take both conditions
without a word, answer 200 and overwrite (rclone 1.76, `serve s3`). So whoever is about to write asks: with an object of
its own name, which stays. What it holds is never believed, since it may have been copied from another server with the
rest of a store; that it is there makes asking cheap: two writes, both of which the server refuses.
"""

import secrets
from contextlib import suppress

from maskline.contract.config import canonical_json
from maskline.contract.errors import AlreadyExists, Changed, InvalidInput, MasklineError
from maskline.contract.store import Store

ASKED = ".maskline/conditions.json"
NO_VERSION = '"00000000000000000000000000000000"'
"""An ETag that no object has."""
_asked: set[tuple[str, str]] = set()


def require_conditions(store: Store) -> None:
    """Make sure, once in a process, that an S3 server keeps both conditions; a folder does by what it is.

    Raises InvalidInput naming what is missing.
    """
    place = (str(getattr(store, "endpoint", "")), store.uri)
    if not store.uri.startswith("s3://") or place in _asked:
        return
    if missing := unkept(store, ASKED):
        raise InvalidInput(
            f"{place[0]} does not keep {' and '.join(missing)}: writes to {store.uri} that must not overwrite do: "
            "artifacts and champions are not safe there; use a server with conditional writes (docs/operate.md)"
        )
    _asked.add(place)


def unkept(store: Store, path: str) -> list[str]:
    """Return the conditions that the server does not keep; ask with the object at `path`, which stays if it keeps all.

    Killed in between, or while others ask, the answer is the same.
    """
    missing = []
    made = _creates(store, path)  # on a server that overwrites, too
    if made and _creates(store, path):
        missing.append("If-None-Match")
    if _replaces(store, path, NO_VERSION):
        missing.append("If-Match")
    elif made and not missing and not _replaces(store, path, store.read_versioned(path)[1]):
        missing.append("If-Match with the object's own ETag")
    if missing:
        with suppress(MasklineError):  # who may write need not be allowed to remove
            store.delete(path)
    return missing


def _creates(store: Store, path: str) -> bool:
    try:
        store.create(path, _content())
    except AlreadyExists:
        return False
    return True


def _replaces(store: Store, path: str, version: str) -> bool:
    try:
        store.replace(path, _content(), version)
    except Changed:
        return False
    return True


def _content() -> bytes:
    """Return what no other question writes: a client that retries tells its own object from another's by the bytes."""
    return canonical_json({"schema_version": "maskline/conditions/1", "question": secrets.token_hex(8)})
