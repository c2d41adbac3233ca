"""COCO documents: read as they are, with the files that they speak of."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.identity import digest
from maskline.contract.store.files import Files, open_files
from maskline.pictures.exchange.formats.coco_files import ANNOTATIONS, documents, folders_of, split_of
from maskline.pictures.exchange.formats.documents.document import Coco, Document
from maskline.pictures.exchange.formats.documents.source import root_of

SECTIONS = ("images", "annotations", "categories")
WHOLE = ("id", "image_id", "category_id", "width", "height", "iscrowd")
"""Fields that hold whole numbers, whatever way they are written."""
LARGEST = 2**53  # beyond, floating point leaves whole numbers out


def open_documents(sources: Sequence[str], images: str, split: str) -> list[Document]:
    """Return the documents in the order of `sources`.

    images: the folder of the pictures; empty: beside the documents.  split: of all documents; empty: of their names.
    Raises NotFound where there is none, InvalidInput for what is no COCO document or says no split.
    """
    pictures = open_files(images) if images else None
    found = [_open(files, path, source, split) for source in sources for files, path in _located(source)]
    if pictures is None:
        return found
    return [replace(document, files=pictures, folders=("",), home="", root=root_of(images)) for document in found]


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
    root = root_of(_split(source)[0] if single else source)
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


def _parsed(data: bytes, name: str) -> Coco:
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
