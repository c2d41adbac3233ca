"""Files that somebody brings: a folder or a bucket's prefix, as a form or a command names it."""

from contextlib import suppress

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.log import event
from maskline.contract.store import Store, open_store


def files_below(store: Store, uri: str) -> list[str]:
    """Return the files of `store`, opened at `uri`, sorted; names that begin with a dot do not count, but are told.

    Raises InvalidInput when there are none, AccessDenied.
    """
    every = [name for name in store.list("") if name]
    names = [name for name in every if not any(part.startswith(".") for part in name.split("/"))]
    if len(names) < len(every):
        event("images.hidden", left_out=len(every) - len(names), reason="names that begin with a dot")
    if not names:
        raise InvalidInput(f"images = '{uri}': there are no files; it must be a folder or an s3:// prefix of pictures")
    return names


def require_files(uri: str) -> None:
    """Make sure that there are files below `uri`, and that they may be read.

    Raises InvalidInput, AccessDenied, StoreUnavailable; a single file that is at fault is no matter here.
    """
    store = open_store(uri)
    name = files_below(store, uri)[0]
    with suppress(InvalidInput, NotFound, UnicodeEncodeError):  # a name that is no key, or no UTF-8
        store.read(name)
