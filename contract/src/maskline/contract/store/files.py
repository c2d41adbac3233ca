"""Files to import from: a folder, a bucket's prefix or a zip, asked in the same words."""

import io
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Protocol

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.store import open_store, read_uri
from maskline.contract.store.path import checked

UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)
"""What zipfile raises for entries that are damaged, encrypted or packed in a way it does not know."""


class Files(Protocol):
    """The part of a store that reading needs."""

    def read(self, path: str) -> bytes:
        """Return the bytes at `path`.  Raises NotFound."""

    def list(self, prefix: str) -> list[str]:
        """Return every path below the folder `prefix`, "" for all, sorted."""


class Zip:
    """The files of a zip. A folder that holds all of them is not part of their paths."""

    def __init__(self, uri: str) -> None:
        """Open the zip.  Raises NotFound, InvalidInput."""
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(read_uri(uri)) if "://" in uri else Path(uri))
        except FileNotFoundError:
            raise NotFound(f"{uri} does not exist") from None
        except (zipfile.BadZipFile, OSError) as fault:
            raise InvalidInput(f"{uri} is no zip that can be read: {fault}") from None
        self._uri = uri
        listed = {_plain(name): name for name in self._archive.namelist()}
        names = {name: theirs for name, theirs in listed.items() if _counts(name)}
        tops = {name.partition("/")[0] for name in names}
        shared = f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""
        self._names = {name.removeprefix(shared): theirs for name, theirs in names.items()}

    def read(self, path: str) -> bytes:
        """Return the bytes at `path`."""
        if checked(path) not in self._names:
            raise NotFound(f"{self._uri} holds no {path}")
        try:
            return self._archive.read(self._names[path])
        except UNREADABLE as fault:
            raise InvalidInput(f"{path} in {self._uri} cannot be read: {fault}") from None

    def list(self, prefix: str) -> list[str]:
        """Return the files below `prefix`."""
        return sorted(name for name in self._names if not prefix or name.startswith(f"{prefix}/"))


def open_files(uri: str) -> Files:
    """Open a zip, a folder or a prefix.  Raises NotFound where there is no such file or folder, InvalidInput."""
    if uri.lower().endswith(".zip"):
        return Zip(uri)
    if "://" not in uri and not Path(uri).is_dir():
        raise NotFound(f"there is no folder and no .zip file {uri}")
    return open_store(uri)


def _plain(name: str) -> str:
    """Return an entry's name with slashes, whatever packed it, and without a dot before them."""
    return name.replace("\\", "/").removeprefix("./")


def _counts(name: str) -> bool:
    """Say whether a zip's entry is a file of the user's: no folder, and nothing that macOS adds."""
    return not name.endswith("/") and not any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
