"""labelme: a JSON file for each picture, with shapes and the picture's path, or the picture itself.

Polygons, rectangles, circles and masks are read. Shapes of one label and one `group_id` are pieces of one instance.
"""

import base64
import binascii
import io
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE
from maskline.contract.coco.segmentation import is_number, read_segmentation
from maskline.contract.errors import InvalidInput
from maskline.contract.picture.file import MAX_PIXELS, opened, require_size
from maskline.contract.store.files import Files
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.collection import Collection
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.names import paths
from maskline.pictures.exchange.formats.documents.source import Source
from maskline.pictures.exchange.formats.shapes import Piece, box, ellipse, inside, joined

SHAPES = "shapes"
HAS_SHAPES = re.compile(rb'"shapes"\s*:\s*\[')
AREAS = ("polygon", "rectangle", "circle", "mask")


class Embedded(Files):
    """Files, and pictures that documents hold themselves."""

    def __init__(self, files: Files, held: Mapping[str, bytes]) -> None:
        self._files, self._held = files, held

    def read(self, path: str) -> bytes:
        """Return a picture."""
        return self._held[path] if path in self._held else self._files.read(path)

    def list(self, prefix: str) -> list[str]:
        """Return the files, without what documents hold."""
        return self._files.list(prefix)


def found(source: Source) -> bool:
    """Say whether a .json has shapes."""
    return any(has_shapes(source.read(path)) for path in source.with_suffix(".json"))


def has_shapes(data: bytes) -> bool:
    """Say whether a JSON document has a list called so."""
    return bool(HAS_SHAPES.search(data))


def read(source: Source, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    """Return the pictures of all files that have shapes, a document for each folder and split."""
    folders: dict[str, Collection] = {}
    held: dict[str, bytes] = {}
    labels, passed = set[str](), Counter[str]()
    for path in source.with_suffix(".json"):
        folder = path.rpartition("/")[0]
        try:
            document = _parsed(source.read(path))
            image = _image(document, path, source, held)
        except InvalidInput as fault:
            problems.append(f"{source.where(path)}: {fault}")
            continue
        pieces = list[Piece]()
        for number, shape in enumerate(document[SHAPES]):
            kind = shape.get("shape_type") or "polygon"
            if kind not in AREAS:
                passed[str(kind)] += 1
                continue
            try:
                pieces.append(_piece(kind, shape, image["height"], image["width"]))
            except InvalidInput as fault:
                problems.append(f"{source.where(path)}: shape {number} ({kind}): {fault}")
        labels |= {piece.label for piece in pieces}
        folders.setdefault(folder, Collection()).add(source.split_of(folder, config.split), image, joined(pieces))
    if passed:
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(passed.items()))
        remarks.append(f"{source.name}: shapes without an area are passed over: {told}")
    documents = [
        document
        for folder, own in sorted(folders.items())
        for document in own.documents(source, sorted(labels), _near(folder), folder)
    ]
    if not documents and not problems:
        raise InvalidInput(f"{source.name} holds no .json with {SHAPES}, as labelme writes them")
    return [replace(one, files=Embedded(one.files, held)) for one in documents] if held else documents


def _near(folder: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((folder, f"{folder}/images".lstrip("/"), "images", "")))


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except ValueError as fault:
        raise InvalidInput(f"it is no JSON: {fault}") from None
    shapes = document.get(SHAPES) if isinstance(document, dict) else None
    if not isinstance(shapes, list) or not all(isinstance(shape, dict) for shape in shapes):
        raise InvalidInput(f"it is no file of labelme: {SHAPES} must be a list of objects")
    return dict(document)


def _image(document: Mapping[str, Any], path: str, source: Source, held: dict[str, bytes]) -> dict[str, Any]:
    """Return the picture's record; one that is only in the document itself is held under the document's name."""
    name, width, height = document.get("imagePath"), document.get("imageWidth"), document.get("imageHeight")
    if type(width) is not int or type(height) is not int:  # true and false are no sizes
        raise InvalidInput(f"imageWidth = {width!r}, imageHeight = {height!r}: both must be whole numbers")
    require_size(width, height, MAX_PIXELS)
    folder, size = path.rpartition("/")[0], {"width": width, "height": height}
    likely = paths(name, _near(folder), folder, source.root) if isinstance(name, str) else ()
    there = any(one in source.shown for one in likely)
    if there or not document.get("imageData"):
        return {"file_name": name or "", **size}
    own = PurePosixPath(path).with_suffix(".png").as_posix()
    held[own] = _bytes(document["imageData"], "imageData")
    return {"file_name": own, **size}


def _piece(kind: str, shape: Mapping[str, Any], height: int, width: int) -> Piece:
    label, group = shape.get("label"), shape.get("group_id")
    if not isinstance(label, str) or not label:
        raise InvalidInput(f"label = {label!r}: it must be a text")
    return Piece(label, "" if group is None else str(group), _mask(kind, shape, height, width))


def _mask(kind: str, shape: Mapping[str, Any], height: int, width: int) -> RLE:
    points = shape.get("points")
    if not isinstance(points, list) or not all(
        isinstance(point, list) and len(point) == 2 and all(is_number(value) for value in point) for point in points
    ):
        raise InvalidInput("its points must be pairs of numbers")
    if kind != "polygon" and len(points) != 2:
        raise InvalidInput(f"it has {len(points)} points, and must have 2")
    if kind == "polygon":
        outline = [float(value) for point in points for value in point]
        return read_segmentation([outline], height, width)
    (x, y), (u, v) = points
    if kind == "rectangle":
        return read_segmentation([box(x, y, u, v)], height, width)
    if kind == "circle":
        radius = math.hypot(u - x, v - y)
        return read_segmentation([inside(ellipse(x, y, radius, radius), width, height)], height, width)
    return _bitmap(shape.get("mask"), round(min(x, u)), round(min(y, v)), height, width)


def _bitmap(text: Any, left: int, top: int, height: int, width: int) -> RLE:
    """Return a mask that is a picture of its own, whose top left pixel is (left, top)."""
    with opened(io.BytesIO(_bytes(text, "mask"))) as image:
        crop = np.asarray(image.convert("L")) > 0
    if left < 0 or top < 0 or left + crop.shape[1] > width or top + crop.shape[0] > height:
        raise InvalidInput(f"its mask reaches out of the picture of {width} x {height} px")
    return rle.encode_crop(crop, left, top, height, width)


def _bytes(text: Any, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise InvalidInput(f"its {what} is no base64") from None
