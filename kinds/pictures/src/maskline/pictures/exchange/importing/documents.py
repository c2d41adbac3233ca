"""COCO documents: read as they are, with the files that they speak of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.identity import digest
from maskline.contract.picture.pages import page_name, page_of
from maskline.contract.store.files import Files, open_files
from maskline.pictures.exchange.importing.layouts import ANNOTATIONS, documents, folders_of, split_of
from maskline.pictures.exchange.importing.names import paths, short

SECTIONS = ("images", "annotations", "categories")
WHOLE = ("id", "image_id", "category_id", "width", "height", "iscrowd")
"""Fields that hold whole numbers, whatever way they are written."""
LARGEST = 2**53  # beyond, floating point leaves whole numbers out


@dataclass(frozen=True)
class Found:
    """A picture that a document names.

    path: of its file.  page: of those in the file, from 0.  name: what it is called here.
    """

    path: str
    page: int
    name: str
    data: bytes


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
    home: str
    """Its own folder in `files`."""
    root: str
    """Where `files` are on this machine; empty: elsewhere, or in a zip."""

    def picture(self, file_name: str) -> Found:
        """Return a picture.  Raises NotFound naming the folders that were looked in, InvalidInput."""
        pages = dict.fromkeys(((file_name, 0), page_of(file_name)))
        tried = [(path, name, page) for name, page in pages for path in paths(name, self.folders, self.home, self.root)]
        for path, name, page in tried:
            try:
                data = self.files.read(path)
            except NotFound:
                continue
            return Found(path, page, page_name(short(path, name, self.folders), page), data)
        if not tried:
            raise InvalidInput("it lies outside of what is imported: --images may name the folder of its pictures")
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
    return [replace(document, files=pictures, folders=("",), home="", root=_root(images)) for document in found]


def named(category: Mapping[str, Any]) -> bool:
    """Say whether a document's category has a name."""
    return isinstance(category.get("name"), str) and bool(category["name"])


def declared(documents: Sequence[Document]) -> list[str]:
    """Return the names of the documents' categories in their order."""
    return [category["name"] for document in documents for category in document.coco["categories"] if named(category)]


def used(documents: Sequence[Document]) -> set[str]:
    """Return the names of the categories that the documents' instances have."""
    found = set()
    for document in documents:
        names = {
            str(category.get("id")): category["name"] for category in document.coco["categories"] if named(category)
        }
        ids = {str(annotation.get("category_id")) for annotation in document.coco["annotations"]}
        found |= {names[key] for key in ids if key in names}
    return found


def _located(source: str) -> list[tuple[Files, str]]:
    """Return every document in a source, each by its path in the files that also hold its pictures."""
    source = source.rstrip("/")
    if source.lower().endswith(".json"):
        folder, path = _split(source)
        return [(open_files(folder), path)]
    files = open_files(source)
    return [(files, path) for path in documents(files.list(""), source)]


def _split(source: str) -> tuple[str, str]:
    """Return the folder whose files a document's pictures are among, and the document's path in it."""
    folder, _, name = source.rpartition("/")
    above, _, last = folder.rpartition("/")
    return (above or ".", f"{last}/{name}") if last.lower() == ANNOTATIONS else (folder or ".", name)


def _open(files: Files, path: str, source: str, split: str) -> Document:
    single = source.lower().endswith(".json")
    name = source if single else f"{source.rstrip('/')}/{path}"
    try:
        data = files.read(path)
    except NotFound:
        raise NotFound(f"{name} does not exist") from None
    root = _root(_split(source)[0] if single else source)
    return Document(
        name=name,
        split=split or split_of(name),
        sha256=digest(data),
        coco=_parsed(data, name),
        files=files,
        folders=folders_of(path),
        home=path.rpartition("/")[0],
        root=root,
    )


def _root(place: str) -> str:
    """Return a folder of this machine as an absolute path; nothing of other places."""
    plain = place.removeprefix("file://")
    return "" if "://" in plain or not Path(plain).is_dir() else Path(plain).absolute().as_posix()


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
    return {section: [_in_whole_numbers(record) for record in coco[section]] for section in SECTIONS}


def _in_whole_numbers(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose ids and sizes are whole numbers where they were written with a point, as 1.0 is."""
    return record | {
        field: int(record[field])
        for field in WHOLE
        if isinstance(record.get(field), float) and record[field].is_integer() and abs(record[field]) <= LARGEST
    }
