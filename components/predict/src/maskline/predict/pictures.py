"""Pictures that somebody brought: a folder or a bucket's prefix, listed once and known by content."""

from collections.abc import Iterator

from pydantic import TypeAdapter

from maskline.contract.config import Config, canonical_json
from maskline.contract.errors import Changed, InvalidInput
from maskline.contract.identity import digest
from maskline.contract.store import Store, open_store


class Listed(Config):
    """One file below the place the pictures are in."""

    id: int
    """Its place in the list, from 1: the COCO image id."""
    file_name: str
    """Its path below that place."""
    sha256: str


LISTING = TypeAdapter(list[Listed])


def list_pictures(uri: str) -> list[Listed]:
    """List and digest every file below `uri`, by name; names that begin with a dot do not count.

    Whether a file is a picture shows when it is read.  Raises InvalidInput when there is no file.
    """
    store = open_store(uri)
    names = [name for name in store.list("") if name and not any(part.startswith(".") for part in name.split("/"))]
    if not names:
        raise InvalidInput(f"images = '{uri}': there are no files; it must be a folder or an s3:// prefix of pictures")
    return [Listed(id=i, file_name=name, sha256=digest(store.read(name))) for i, name in enumerate(names, 1)]


def content(pictures: list[Listed]) -> str:
    """Return what stands for the pictures in an identity: names and bytes count, not where they are."""
    return "sha256:" + digest(canonical_json([[picture.file_name, picture.sha256] for picture in pictures]))


def keep_listing(store: Store, id: str, pictures: list[Listed]) -> None:  # noqa: A002 - the contract's word
    """Leave the list where the workers find it; it dies with the other unsealed work."""
    store.write(_place(id), LISTING.dump_json(pictures))


def read_listing(store: Store, id: str) -> list[Listed]:  # noqa: A002
    """Return the list that the plan left.  Raises NotFound."""
    return LISTING.validate_json(store.read(_place(id)))


def read_pictures(uri: str, pictures: list[Listed]) -> Iterator[bytes]:
    """Yield the bytes of each picture.  Raises Changed if one is not what it was when it was listed."""
    store = open_store(uri)
    for picture in pictures:
        data = store.read(picture.file_name)
        if digest(data) != picture.sha256:
            raise Changed(f"{uri.rstrip('/')}/{picture.file_name} was changed since the pictures were listed")
        yield data


def _place(id: str) -> str:  # noqa: A002
    return f"work/{id}/pictures.json"
