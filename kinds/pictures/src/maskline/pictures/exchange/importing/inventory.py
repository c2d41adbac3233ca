"""The pictures that an import takes: found, known by content, and with the ids and names they will have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePosixPath
from typing import Any

from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.identity import digest
from maskline.contract.picture.pages import page_of
from maskline.pictures.exchange.formats.documents.document import Document, Found, named

LONGEST_NAME = 95  # bytes; a plain tar header holds 100


@dataclass(frozen=True)
class Entry:
    """One picture, what its document says of it, and its place in the dataset."""

    document: Document
    image: Mapping[str, Any]
    """As the document has it."""
    annotations: Sequence[Mapping[str, Any]]
    """As the document has them, in its order."""
    index: int
    """In the dataset, from 0."""
    path: str
    """Of the picture's file, in the files of its document; empty if it was not found."""
    page: int
    """Of the pictures in the file, from 0."""
    file_name: str
    """In the dataset."""
    group: str
    """What must not cross splits."""
    sha256: str
    """Of the picture's file."""

    @property
    def where(self) -> str:
        """What a person finds the picture by."""
        return f"{self.document.name}: image {self.image['id']} ({self.image['file_name']})"


def take_stock(documents: Sequence[Document], problems: list[str]) -> list[Entry]:
    """Return every picture, split by split in the order of their names; what is wrong is added to `problems`.

    A picture keeps its name, with the suffix .png, unless another one has it or it is too long. Its group is the
    document's own, else its name there, unless another document has given that name to a picture.
    """
    entries: list[Entry] = []
    for split in sorted({document.split for document in documents}):
        for document in documents:
            if document.split == split:
                entries += _entries(document, entries, problems)
    if not entries and not problems:
        problems.append(f"{', '.join(document.name for document in documents)}: there are no images")
    return entries


def content(entries: Iterable[Entry]) -> str:
    """Return what stands for the pictures in an identity: names and bytes count, not where they are."""
    listed = [[entry.document.split, entry.file_name, entry.sha256] for entry in entries]
    return f"sha256:{digest(canonical_json(listed))}"


def _entries(document: Document, earlier: Sequence[Entry], problems: list[str]) -> list[Entry]:
    coco = document.coco
    problems += [
        f"{document.name}: category {category.get('id')}: its name is {category.get('name')!r}, it must be a text"
        for category in coco["categories"]
        if not named(category)
    ]
    _require_unique(document.name, "category", "id", coco["categories"], problems)
    _require_unique(document.name, "image", "id", coco["images"], problems)
    _require_unique(document.name, "image", "file_name", coco["images"], problems)
    _require_unique(document.name, "annotation", "id", coco["annotations"], problems)
    labels = _by_image(document, problems)
    taken, groups = {entry.file_name for entry in earlier}, {entry.group for entry in earlier}
    entries: list[Entry] = []
    for image in coco["images"]:
        if not _is_key(image.get("id")) or not _is_key(image.get("file_name")):
            continue  # told of above
        index, found = len(earlier) + len(entries), _found(document, image, problems)
        theirs = found.name if found else str(image["file_name"])
        path, page, sha256 = (found.path, found.page, digest(found.data)) if found else ("", 0, "")
        name = _name(theirs, index, taken) if found else theirs
        taken.add(name)
        group = str(image.get("group") or (name if theirs in groups else theirs))
        entries.append(Entry(document, image, labels.get(str(image["id"]), []), index, path, page, name, group, sha256))
    _require_different_files(entries, problems)
    return entries


def _require_different_files(entries: Sequence[Entry], problems: list[str]) -> None:
    first: dict[tuple[str, int], Entry] = {}
    for entry in entries:
        other = first.setdefault((entry.path, entry.page), entry)
        if entry.path and other is not entry and other.image["file_name"] != entry.image["file_name"]:
            problems.append(f"{entry.where}: image {other.image['id']} ({other.image['file_name']}) is the same file")


def _require_unique(
    name: str, what: str, field: str, records: Sequence[Mapping[str, Any]], problems: list[str]
) -> None:
    seen: set[str | None] = set()
    for number, record in enumerate(records):
        value = record.get(field)
        if not _is_key(value):
            problems.append(f"{name}: {what} number {number}: its {field} is {value!r}, it must be a number or a text")
        elif str(value) in seen:
            problems.append(f"{name}: {what} number {number}: another {what} has the {field} {value!r} already")
        seen.add(str(value) if _is_key(value) else None)


def _by_image(document: Document, problems: list[str]) -> dict[str, list[Mapping[str, Any]]]:
    images = {str(image["id"]) for image in document.coco["images"] if _is_key(image.get("id"))}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for annotation in document.coco["annotations"]:
        image = annotation.get("image_id")
        if not _is_key(image) or str(image) not in images:
            problems.append(f"{document.name}: annotation {annotation.get('id')}: there is no image {image!r}")
        else:
            found.setdefault(str(image), []).append(annotation)
    return found


def _found(document: Document, image: Mapping[str, Any], problems: list[str]) -> Found | None:
    try:
        return document.picture(str(image["file_name"]))
    except (NotFound, InvalidInput) as fault:
        problems.append(f"{document.name}: image {image['id']} ({image['file_name']}): {fault}")
        return None


def _name(theirs: str, index: int, taken: set[str]) -> str:
    """Return the first that is free and short enough: their name as .png, with the sample's number, or that alone."""
    stem = theirs if page_of(theirs)[1] else PurePosixPath(theirs).with_suffix("").as_posix()
    numbers = (f"{number:06d}-imported.png" for number in count(index))
    names = chain((f"{stem}.png", f"{stem}-{index:06d}.png"), numbers)
    return next(name for name in names if name not in taken and len(name.encode()) <= LONGEST_NAME)


def _is_key(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and bool(value))
