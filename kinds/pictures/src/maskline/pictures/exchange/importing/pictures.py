"""One picture as the dataset will have it: a PNG file, and its COCO record."""

import io
from collections.abc import Mapping
from typing import Any

from maskline.contract.config import canonical_json
from maskline.contract.errors import Changed, InvalidInput, NotFound
from maskline.contract.identity import digest
from maskline.contract.picture import decode_page, encode_png
from maskline.contract.picture.depth import Percentiles
from maskline.contract.picture.file import MAX_PIXELS
from maskline.contract.picture.pages import page_name, pages
from maskline.contract.shard import image_id
from maskline.pictures.exchange.importing.inventory import Entry

PNG = b"\x89PNG\r\n\x1a\n"


def check(entry: Entry, percentiles: Percentiles | None, taken: int, remarks: list[str]) -> list[str]:
    """Return what is wrong with a picture: unreadable, or not of the size that its labels are for.

    percentiles: where black and white are in values of more than 8 bits.  taken: how many pages of its file are
    imported.  What reading it told is added to `remarks`.
    """
    image = entry.image
    faults = [f"{entry.where}: {fault}" for fault in _record_faults(image)]
    if not entry.sha256:
        return faults  # that it is missing has been told
    try:
        data = entry.document.files.read(entry.path)
        found = decode_page(data, entry.page, percentiles=percentiles)
        told = (_left_out(data, taken) if not entry.page else "", found.remark)
    except (InvalidInput, NotFound) as fault:
        return [*faults, f"{entry.where}: {fault}"]
    remarks += [f"{entry.where}: {remark}" for remark in told if remark]
    height, width = found.pixels.shape[:2]
    if has_size(image) and (width, height) != (image["width"], image["height"]):
        faults.append(
            f"{entry.where}: the picture has {width} x {height} px (its EXIF orientation applied), its labels are for "
            f"{image['width']} x {image['height']}"
        )
    return faults


def has_size(image: Mapping[str, Any]) -> bool:
    """Say whether an image record has a width and a height that a picture may have."""
    width, height = image.get("width"), image.get("height")
    if type(width) is not int or type(height) is not int:  # true and false are no sizes
        return False
    return width > 0 and height > 0 and width * height <= MAX_PIXELS


def png(entry: Entry, percentiles: Percentiles | None) -> bytes:
    """Return the picture as a PNG file; one that is PNG already stays as it is, unless its values are scaled.

    Raises Changed if it is not what it was when the import began.
    """
    data = entry.document.files.read(entry.path)
    if digest(data) != entry.sha256:
        raise Changed(f"{entry.where} was changed since the import began: import again")
    if data.startswith(PNG) and not percentiles:
        return data
    return encode_png(decode_page(data, entry.page, percentiles=percentiles).pixels)


def record(entry: Entry) -> dict[str, Any]:
    """Return the image's COCO record: the document's fields, ids and name of the dataset, and a `group`."""
    return {**entry.image, "id": image_id(entry.index), "file_name": entry.file_name, "group": entry.group}


def _left_out(data: bytes, taken: int) -> str:
    """Say what is in a picture's file beside its first page, unless all pages are taken."""
    found = pages(io.BytesIO(data))
    if len(found.numbers) > taken:
        names = page_name("<its name>", found.numbers[1])
        return f"there are {len(found.numbers)} pages in the file: this is the first, {names} would be the next"
    return found.remark


def _record_faults(image: Mapping[str, Any]) -> list[str]:
    faults = []
    if not has_size(image):
        sizes = f"width = {image.get('width')!r}, height = {image.get('height')!r}"
        faults.append(f"{sizes}: both must be whole numbers of pixels, more than 0, {MAX_PIXELS:,} in all at most")
    try:
        canonical_json(dict(image))
    except ValueError:
        faults.append("one of its fields holds NaN or infinity, which are no JSON")
    return faults
