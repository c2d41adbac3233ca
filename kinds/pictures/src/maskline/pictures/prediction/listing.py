"""Pictures that somebody brought: a folder or a bucket's prefix, listed page by page."""

import io
import os

from maskline.contract.errors import MasklineError, StoreUnavailable
from maskline.contract.identity import digest
from maskline.contract.kind.prediction import Listed
from maskline.contract.picture.pages import pages
from maskline.contract.store import Store, open_store
from maskline.contract.store.given import files_below


def list_pictures(uri: str) -> list[Listed]:
    """List and digest every file below `uri`, by name, page by page; names that begin with a dot do not count.

    What is no picture is in the list, with the reason.  Raises InvalidInput when there is no file.
    """
    store = open_store(uri)
    found = (picture for name in files_below(store, uri) for picture in _listed(store, name))
    return [picture.model_copy(update={"id": number}) for number, picture in enumerate(found, 1)]


def _listed(store: Store, name: str) -> list[Listed]:
    """Return the pictures in a file, not numbered yet; one with a fault if there is none."""
    shown, sha256 = os.fsencode(name).decode("utf-8", "backslashreplace"), ""
    if shown != name:
        return [Listed(id=0, file_name=shown, sha256="", fault="its name is not UTF-8")]
    try:
        data = store.read(name)
        sha256 = digest(data)
        found = pages(io.BytesIO(data))
    except StoreUnavailable:
        raise
    except MasklineError as fault:
        return [Listed(id=0, file_name=name, sha256=sha256, fault=str(fault))]
    return [
        Listed(id=0, file_name=name, page=page, remark="" if page else found.remark, sha256=sha256)
        for page in found.numbers
    ]
