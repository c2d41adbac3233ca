"""Pictures that somebody brought: a folder or a bucket's prefix, listed once and known by content."""

import io
import os

from pydantic import TypeAdapter

from maskline.contract.config import Config, canonical_json
from maskline.contract.errors import Changed, InvalidInput, MasklineError, StoreUnavailable
from maskline.contract.identity import digest
from maskline.contract.picture.pages import page_name, pages
from maskline.contract.store import Store, open_store
from maskline.contract.store.given import files_below


class Listed(Config):
    """One file below the place the pictures are in."""

    id: int
    """Its place in the list, from 1: the COCO image id."""
    file_name: str
    """Its path below that place."""
    page: int = 0
    """Of the pictures in the file, from 0."""
    remark: str = ""
    """What else is in the file and does not count."""
    sha256: str
    """Empty if it cannot be read."""
    fault: str = ""
    """Why it cannot be read."""

    @property
    def name(self) -> str:
        """What the picture is called in the predictions."""
        return page_name(self.file_name, self.page)


LISTING = TypeAdapter(list[Listed])


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


def content(pictures: list[Listed]) -> str:
    """Return what stands for the pictures in an identity: names and bytes count, not where they are."""
    return "sha256:" + digest(canonical_json([[picture.file_name, picture.sha256] for picture in pictures]))


def keep_listing(store: Store, id: str, pictures: list[Listed]) -> None:  # noqa: A002 - the contract's word
    """Leave the list where the workers find it; it dies with the other unsealed work."""
    store.write(_place(id), LISTING.dump_json(pictures))


def read_listing(store: Store, id: str) -> list[Listed]:  # noqa: A002
    """Return the list that the plan left.  Raises NotFound."""
    return LISTING.validate_json(store.read(_place(id)))


def read_picture(store: Store, picture: Listed) -> bytes:
    """Return the bytes of a picture.

    Raises InvalidInput if it could not be read when it was listed, Changed if it is not what it was then.
    """
    if picture.fault:
        raise InvalidInput(picture.fault)
    data = store.read(picture.file_name)
    if digest(data) != picture.sha256:
        raise Changed(f"{store.uri}/{picture.file_name} was changed since the pictures were listed")
    return data


def _place(id: str) -> str:  # noqa: A002
    return f"work/{id}/pictures.json"
