"""What is imported, whatever format it came in: documents of COCO's shape, with the files that they speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.picture.pages import page_name, page_of
from maskline.contract.store.files import Files
from maskline.pictures.exchange.formats.documents.names import paths, short

Coco = dict[str, list[dict[str, Any]]]


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
    """One document of COCO's shape and the folders its pictures may be in."""

    name: str
    """As the user knows it."""
    split: str
    sha256: str
    coco: Coco
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
