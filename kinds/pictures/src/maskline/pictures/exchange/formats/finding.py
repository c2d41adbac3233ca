"""Which format a source is in, and its documents."""

from collections.abc import Mapping
from typing import Protocol

from maskline.contract.errors import NotFound
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats import (
    classes,
    coco,
    coco_files,
    cvat,
    kaggle,
    label_pictures,
    labelme,
    unlabelled,
)
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.source import Source, open_source

COCO = "coco"


class Format(Protocol):
    """A module that reads one format."""

    def found(self, source: Source) -> bool:
        """Say whether a source is in it."""

    def read(self, source: Source, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
        """Return what is in a source; what is wrong with it is added to `problems`, what is odd to `remarks`.

        Raises InvalidInput where nothing can be read at all.
        """


FORMATS: Mapping[str, Format] = {
    "classes": classes,
    "kaggle": kaggle,
    "cvat": cvat,
    "labelme": labelme,
    "labels": label_pictures,
    "unlabelled": unlabelled,
}
"""In the order in which sources are asked; COCO's documents, by their names, come before, and any .json after."""


def open_documents(config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    """Return the documents of all sources, in their order.

    Raises NotFound where there is none, InvalidInput for what says no split or is not in the layout asked for.
    """
    return [one for name in config.sources for one in _read(name, config, problems, remarks)]


def _read(name: str, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    if config.layout == COCO:
        return coco.open_documents((name,), config.images, config.split)
    source = open_source(name, config.images)
    layout = config.layout or _layout(source)
    if layout:
        return FORMATS[layout].read(source, config, problems, remarks)
    if source.with_suffix(".json") or not source.shown:
        return coco.open_documents((name,), config.images, config.split)
    tables = source.with_suffix(".csv")
    raise NotFound(
        f"{name} holds {len(source.shown)} pictures and nothing that labels them in a layout that is read "
        f"({COCO}, {', '.join(FORMATS)}"
        f"{f'; {tables[0]} has not the columns id and annotation, with commas between' if tables else ''}): "
        "`maskline predict` finds instances in them, and --layout unlabelled imports "
        "them for a model to label"
    )


def _layout(source: Source) -> str:
    """Return the first format that a source is in; empty: COCO, or none at all."""
    named = coco_files.named(source.paths)
    if named and not labelme.has_shapes(source.read(named[0])):
        return ""
    return next((layout for layout, each in FORMATS.items() if each.found(source)), "")
