"""COCO documents: where they are in what the user names, which split each is, and where its pictures are."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.identity import digest
from maskline.render.importing.files import Files, open_files

NAMES = ("instances.json", "labels.json", "annotations.json", "_annotations.coco.json")
"""What a document beside its pictures, or beside a folder of them, is called: by COCO's tools, FiftyOne, Roboflow."""
SECTIONS = ("images", "annotations", "categories")


@dataclass(frozen=True)
class Document:
    """One COCO document and the folders its pictures may be in."""

    name: str
    """As the user knows it."""
    split: str
    sha256: str
    coco: dict[str, list[dict[str, Any]]]
    files: Files
    folders: tuple[str, ...]

    def picture(self, file_name: str) -> bytes:
        """Return a picture's bytes.  Raises NotFound naming the folders that were looked in, InvalidInput."""
        for folder in self.folders:
            try:
                return self.files.read(f"{folder}/{file_name}" if folder else file_name)
            except NotFound:
                continue
        raise NotFound(
            f"there is no such file in {', '.join(folder or 'the folder itself' for folder in self.folders)}"
        )


def open_documents(sources: Sequence[str], images: str, split: str) -> list[Document]:
    """Return the documents in the order of `sources`.

    images: the folder of the pictures; empty: beside the documents.  split: of all documents; empty: of their names.
    Raises NotFound where there is none, InvalidInput for what is no COCO document or says no split.
    """
    pictures = open_files(images) if images else None
    found = [_open(files, path, source, split) for source in sources for files, path in _located(source)]
    if pictures is None:
        return found
    return [Document(d.name, d.split, d.sha256, d.coco, pictures, ("",)) for d in found]


def _located(source: str) -> list[tuple[Files, str]]:
    """Return every document in a source, each by its path in the files that also hold its pictures."""
    source = source.rstrip("/")
    if source.lower().endswith(".json"):
        folder, _, name = source.rpartition("/")
        above, _, last = folder.rpartition("/")
        if last == "annotations":
            return [(open_files(above or "."), f"annotations/{name}")]
        return [(open_files(folder or "."), name)]
    files = open_files(source)
    paths = _annotations(files) or [name for name in NAMES if files.exists(name)][:1]
    if not paths:
        raise NotFound(f"{source} holds no COCO document: neither annotations/*.json nor {', '.join(NAMES)}")
    return [(files, path) for path in paths]


def _annotations(files: Files) -> list[str]:
    """Return the documents in the folder `annotations`; COCO's own has captions and keypoints beside the instances."""
    found = [path for path in files.list("annotations") if path.endswith(".json") and path.count("/") == 1]
    return [path for path in found if PurePosixPath(path).name.startswith("instances")] or found


def _open(files: Files, path: str, source: str, split: str) -> Document:
    name = source if source.lower().endswith(".json") else f"{source.rstrip('/')}/{path}"
    try:
        data = files.read(path)
    except NotFound:
        raise NotFound(f"{name} does not exist") from None
    split = split or _split(PurePosixPath(path).stem, name)
    return Document(name, split, digest(data), _parsed(data, name), files, _folders(PurePosixPath(path)))


def _parsed(data: bytes, name: str) -> dict[str, list[dict[str, Any]]]:
    try:
        coco = json.loads(data)
    except ValueError as fault:  # no UTF-8, no JSON
        raise InvalidInput(f"{name} is no JSON document: {fault}") from None
    if not isinstance(coco, dict):
        raise InvalidInput(f"{name} is no COCO document: it must be an object with {', '.join(SECTIONS)}")
    for section in SECTIONS:
        records = coco.get(section)
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise InvalidInput(f"{name} is no COCO instances document: '{section}' must be a list of objects")
    return {section: coco[section] for section in SECTIONS}


def _split(stem: str, name: str) -> str:
    """Return the split that a document's name tells: `val` of instances_val and, without the year, of ..._val2017."""
    found = re.fullmatch(r"instances_([a-z0-9][a-z0-9-]*?)(?:(?:19|20)\d\d)?", stem)
    if not found:
        raise InvalidInput(f"{name}: its name is not instances_<split>.json, so --split must say which split it is")
    return found[1]


def _folders(path: PurePosixPath) -> tuple[str, ...]:
    """Return where pictures of the document at `path` may be, the likeliest first.

    A folder images/; COCO's own layout, annotations/instances_val2017.json beside val2017/ or images/val2017/;
    FiftyOne's, labels.json beside data/; the document's own folder.
    """
    tail = path.stem.removeprefix("instances_")
    return tuple(dict.fromkeys(("images", tail, f"images/{tail}", "data", "", path.parent.as_posix().strip("."))))
