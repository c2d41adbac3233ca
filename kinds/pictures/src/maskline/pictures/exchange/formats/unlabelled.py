"""Pictures alone, for a model to label: a dataset without a single instance.  Nothing is taken for it by itself."""

import io
from collections.abc import Iterator
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.contract.picture import decode_page
from maskline.contract.picture.pages import page_name, pages
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.collection import Collection
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.source import Source

SPLIT = "unlabelled"


def found(source: Source) -> bool:
    """Say no: pictures whose labels were not found are no pictures without labels."""
    del source
    return False


def read(source: Source, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    """Return all pictures, in the split that is asked for, else in SPLIT; the table is the domain's, or of `--like`."""
    del remarks
    collection = Collection()
    if not source.shown:
        raise InvalidInput(f"{source.name} holds no pictures")
    for path in source.shown:
        try:
            for image in _pages(source, path, config):
                collection.add(config.split or SPLIT, image, ())
        except InvalidInput as fault:
            problems.append(f"{source.where(path)}: {fault}")
    return collection.documents(source, ())


def _pages(source: Source, path: str, config: PictureImport) -> Iterator[dict[str, Any]]:
    """Yield the record of each page.  Raises InvalidInput for what is no picture, and pages that are not asked for."""
    data = source.pictures.read(path)
    numbers = pages(io.BytesIO(data)).numbers
    if len(numbers) > 1 and config.pages == "one":
        raise InvalidInput(f"it has {len(numbers)} pages, as a stack: --set pages=each takes them one by one")
    for page in numbers:
        height, width = decode_page(data, page).pixels.shape[:2]
        image = {"file_name": page_name(path, page), "width": width, "height": height}
        yield image | ({"group": path} if len(numbers) > 1 else {})
