"""The store: bytes under paths, on an S3 server or in a folder, with the two conditional writes the contract needs.

uri:  names a store or a place in it for the outside world, scheme and all (`s3://bucket/project`, `file:///data`).
path: a place inside one store, `/`-separated, never starting or ending with `/`.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.store.secret import source, told


class Written(NamedTuple):
    """What a store knows of what lies at a path without reading it."""

    time: datetime
    """When it was last written, by the store's clock."""
    size: int
    """Bytes."""


class Store(Protocol):
    """Where artifacts live.

    Every method raises StoreUnavailable when the store cannot be reached or is full, AccessDenied when it refuses keys.
    A write is seen whole or not at all.
    """

    @property
    def uri(self) -> str:
        """The store's root, without a slash at its end."""

    def read(self, path: str) -> bytes:
        """Return the bytes at `path`.  Raises NotFound."""

    def read_versioned(self, path: str) -> tuple[bytes, str]:
        """Return the bytes at `path` and the version that `replace` takes.  Raises NotFound."""

    def write(self, path: str, data: bytes) -> None:
        """Write `data` at `path`, whatever was there."""

    def create(self, path: str, data: bytes) -> None:
        """Write `data` at `path` if nothing is there.  Raises AlreadyExists; of many callers at once one wins."""

    def replace(self, path: str, data: bytes, version: str) -> None:
        """Write `data` at `path` if it still is at `version`.  Raises Changed; of many callers at once one wins."""

    def exists(self, path: str) -> bool:
        """Say whether there are bytes at `path`."""

    def list(self, prefix: str) -> list[str]:
        """Return every path below the folder `prefix` ("" is the whole store), sorted."""

    def written(self, prefix: str) -> dict[str, Written]:
        """Return what lies below the folder `prefix` by path, sorted, with what killed writers have left there."""

    def delete(self, path: str) -> None:
        """Remove what is at `path`, if anything."""


def open_store(uri: str) -> Store:
    """Open the store at `s3://bucket[/prefix]`, `file:///folder`, a plain folder path or `package://name[/folder]`.

    S3 servers and keys are what this process was told; see `maskline.contract.store.secret`.
    Raises InvalidInput for another scheme, and for a Python package that is not installed.
    """
    scheme, separator, rest = uri.partition("://")
    if separator and scheme == "s3":
        from maskline.contract.store.s3 import S3Store

        return S3Store.told(uri)
    if separator and scheme == "package":
        from maskline.contract.store.package import PackageStore

        return PackageStore(rest)
    if separator and scheme != "file":
        raise InvalidInput(f"store '{uri}': the scheme must be s3:// or file://")
    folder = rest if separator else uri
    if not folder:
        raise InvalidInput(f"store '{uri}' names no folder")
    from maskline.contract.store.directory import DirectoryStore

    return DirectoryStore(Path(folder))


def project_store() -> Store:
    """Open the project's store, which MASKLINE_STORE or the secret's folder names.  Raises InvalidInput without."""
    uri = told("store")
    if not uri:
        raise InvalidInput(f"{source('store')} is not set: it names the project's store, e.g. s3://bucket/project")
    return open_store(uri)


def read_uri(uri: str) -> bytes:
    """Return the bytes of one object outside any artifact: a SMILES file, starting weights.  Raises NotFound."""
    store, name = _beside(uri)
    return store.read(name)


def require_uri(uri: str) -> None:
    """Raise NotFound unless `read_uri` would find something.  Reads nothing."""
    store, name = _beside(uri)
    if not store.exists(name):
        raise NotFound(f"{uri} does not exist")


def _beside(uri: str) -> tuple[Store, str]:
    """Return the store that an object is in, opened at its folder, and its name there."""
    folder, _, name = uri.rstrip("/").rpartition("/")
    if not name or folder.endswith(":/"):
        raise InvalidInput(f"'{uri}' names no file")
    return open_store(folder or ("/" if uri.startswith("/") else ".")), name
