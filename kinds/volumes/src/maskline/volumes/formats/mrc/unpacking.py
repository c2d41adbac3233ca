"""MRC files that gzip or bzip2 packed are unpacked to the disk, where pieces can be read."""

import os
import tempfile
import zlib
from bz2 import BZ2File
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import GzipFile
from pathlib import Path
from typing import BinaryIO, Literal, cast

from maskline.contract.errors import FolderUnavailable, InvalidInput

PACKERS: dict[bytes, type[GzipFile | BZ2File]] = {b"\x1f\x8b": GzipFile, b"BZh": BZ2File}
"""How files begin, and what opens them."""


PIECE = 2**20
"""Bytes that are unpacked at once."""


class Unpacked:
    """A temporary file without a name, there as long as this object is."""

    def __init__(self, file: BinaryIO) -> None:
        self._descriptor = os.dup(file.fileno())

    def __del__(self) -> None:
        os.close(self._descriptor)

    @property
    def size(self) -> int:
        """Bytes."""
        return os.fstat(self._descriptor).st_size

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Return the file."""
        return os.fdopen(os.dup(self._descriptor), mode)


def packer_of(path: Path) -> bytes | None:
    """Return how the file begins, if that is how a packer's files begin."""
    with path.open("rb") as file:
        head = file.read(3)
    return next((magic for magic in PACKERS if head.startswith(magic)), None)


@contextmanager
def _opened(path: Path, magic: bytes) -> Iterator[GzipFile | BZ2File]:
    """Yield what is packed; what the packer finds wrong is told."""
    try:
        with PACKERS[magic](path) as packed:
            yield packed
    except (OSError, EOFError, zlib.error) as fault:
        raise InvalidInput(f"{path}: it cannot be unpacked: {fault}") from None


def head_of(path: Path, magic: bytes, size: int) -> bytes:
    """Return the first bytes of what is packed.  Raises InvalidInput."""
    with _opened(path, magic) as packed:
        return packed.read(size)


def unpack(path: Path, magic: bytes, most: int) -> Unpacked:
    """Unpack at most so many bytes to a temporary file.  Raises InvalidInput, and FolderUnavailable for a full disk."""
    with _opened(path, magic) as packed, tempfile.TemporaryFile() as file:
        left = most
        while left and (piece := packed.read(min(left, PIECE))):
            try:
                file.write(piece)
                file.flush()
            except OSError as fault:
                raise FolderUnavailable(f"{tempfile.gettempdir()} cannot hold {path} unpacked: {fault}") from fault
            left -= len(piece)
        return Unpacked(cast("BinaryIO", file))
