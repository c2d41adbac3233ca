"""One place that pictures are imported from, and the files in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.identity import digest
from maskline.contract.store.files import Files, open_files
from maskline.pictures.exchange.formats.documents.document import Coco, Document

SINGLE = (".csv", ".json", ".xml")
"""Suffixes of files that describe pictures and may be named alone."""
PICTURES = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".jp2", ".pgm", ".ppm", ".avif")
SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
"""What a folder, or a document, that is one split is called, and what that split is called here."""


@dataclass(frozen=True)
class Source:
    """A folder, a zip, a bucket's prefix, or one file in such.

    name: as the user knows it.  files, paths: what describes pictures.  pictures, shown: what may be one.
    """

    name: str
    files: Files
    paths: Sequence[str]
    pictures: Files
    shown: Sequence[str]
    root: str
    """Where the pictures are on this machine; empty: elsewhere, or in a zip."""

    def read(self, path: str) -> bytes:
        """Return what describes pictures.  Raises NotFound that names it as the user knows it."""
        try:
            return self.files.read(path)
        except NotFound:
            raise NotFound(f"{self.where(path)} does not exist") from None

    def where(self, path: str) -> str:
        """Return what a person finds a file by."""
        return self.name if self.name.lower().endswith(SINGLE) else f"{self.name}/{path}"

    def with_suffix(self, suffix: str) -> list[str]:
        """Return the files that describe pictures, of those that end so."""
        return [path for path in self.paths if path.lower().endswith(suffix)]

    def split_of(self, path: str, asked: str) -> str:
        """Return the split that is asked for, else the one that `path` tells, its parts from the last, or the source.

        path: a folder, or a file without its suffix.  Raises InvalidInput where nothing tells.
        """
        if asked:
            return asked
        for word in (*reversed(PurePosixPath(path.lower()).parts), *reversed(self.name.lower().split("/")[-2:])):
            if word in SPLITS:
                return SPLITS[word]
        raise InvalidInput(
            f"{self.where(path)}: no folder train, valid or test says which split it is in: --split must, e.g. --split "
            "train, or --split val=0.2 for a fifth of the pictures"
        )

    def document(self, split: str, coco: Coco, folders: Sequence[str] = ("",), home: str = "") -> Document:
        """Return what was read as a document: its content stands for the files it was read from."""
        sha256 = digest(canonical_json(coco))
        return Document(self.name, split, sha256, coco, self.pictures, tuple(folders), home, self.root)


def open_source(name: str, images: str) -> Source:
    """Open a source.  images: where its pictures are, if not there.  Raises NotFound, InvalidInput."""
    name = name.rstrip("/")
    single = name.lower().endswith(SINGLE)
    place, _, own = name.rpartition("/") if single else (name, "", "")
    files = open_files(place or ".")
    paths = _visible(files)
    elsewhere = open_files(images) if images else files
    shown = _visible(elsewhere) if images else paths
    return Source(
        name,
        files,
        [own] if single else paths,
        elsewhere,
        [path for path in shown if path.lower().endswith(PICTURES)],
        root_of(images or place or "."),
    )


def root_of(place: str) -> str:
    """Return a folder of this machine as an absolute path; nothing of other places."""
    plain = place.removeprefix("file://")
    return "" if "://" in plain or not Path(plain).is_dir() else Path(plain).absolute().as_posix()


def _visible(files: Files) -> list[str]:
    return [path for path in files.list("") if not hidden(path)]


def hidden(path: str) -> bool:
    """Say whether a file is one that people do not see, or that macOS adds to zips."""
    return any(part.startswith((".", "__MACOSX")) for part in path.split("/"))
