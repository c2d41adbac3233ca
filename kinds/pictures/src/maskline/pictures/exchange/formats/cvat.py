"""CVAT's "images 1.1": one XML file with an `image` for each picture and its shapes.

Polygons, boxes, ellipses and masks are read. Shapes of one label and one `group_id` are pieces of one instance. An
image's `subset` is its split, if --split does not say another.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, ParseError

import numpy as np

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE
from maskline.contract.coco.segmentation import read_segmentation
from maskline.contract.errors import InvalidInput
from maskline.contract.picture.file import MAX_PIXELS, require_size
from maskline.pictures.exchange.config import PictureImport
from maskline.pictures.exchange.formats.documents.collection import Collection
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.source import Source
from maskline.pictures.exchange.formats.shapes import Piece, Polygon, box, ellipse, inside, joined

Told = tuple[str, list[str]]
"""Where something is, and the list of what is wrong."""


def found(source: Source) -> bool:
    """Say whether an .xml has annotations."""
    return any(b"<annotations" in source.read(path)[:4096] for path in source.with_suffix(".xml"))


def read(source: Source, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    """Return the pictures of every file."""
    documents = list[Document]()
    for path in source.with_suffix(".xml"):
        try:
            root = _root(source.read(path))
        except InvalidInput as fault:
            problems.append(f"{source.where(path)}: {fault}")
            continue
        collection, folder = Collection(), path.rpartition("/")[0]
        labels = dict.fromkeys(name.text or "" for name in root.iterfind("meta//labels/label/name"))
        passed = Counter[str]()
        for image in root.iterfind("image"):
            where = f"{source.where(path)}: image {image.get('id', '')} ({image.get('name', '')})"
            own = "/".join(filter(None, (PurePosixPath(path).with_suffix("").as_posix(), image.get("subset", ""))))
            split = source.split_of(own, config.split)
            try:
                width, height = (round(_number(image, side)) for side in ("width", "height"))
                require_size(width, height, MAX_PIXELS)
            except InvalidInput as fault:
                problems.append(f"{where}: {fault}")
                continue
            pieces = _pieces(image, height, width, passed, (where, problems))
            labels |= dict.fromkeys(piece.label for piece in pieces)
            record = {"file_name": image.get("name", ""), "width": width, "height": height}
            collection.add(split, record, joined(pieces))
        if passed:
            told = ", ".join(f"{count} {kind}" for kind, count in sorted(passed.items()))
            remarks.append(f"{source.where(path)}: what has no area is passed over: {told}")
        documents += collection.documents(source, list(labels), _near(folder), folder)
    if not documents and not problems:
        raise InvalidInput(f"{source.name} holds no .xml with images, as CVAT writes them")
    return documents


def _near(folder: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"{folder}/images".lstrip("/"), folder, "images", "")))


def _root(data: bytes) -> Element:
    """Return the outermost element; document types and entities can make a small file fill a memory."""
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import fromstring
    except ModuleNotFoundError:
        raise InvalidInput("XML needs defusedxml: install maskline-pictures with its extra 'import'") from None
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise InvalidInput("it declares a document type or entities, which are not read") from None
    except (ParseError, ValueError, LookupError) as fault:  # LookupError: an encoding that Python does not know
        raise InvalidInput(f"it is no XML: {fault}") from None
    if root.tag != "annotations":
        raise InvalidInput(f"it begins with <{root.tag}>, CVAT's files with <annotations>")
    if root.find("track") is not None:
        raise InvalidInput('it holds tracks of a video: export it from CVAT as "CVAT for images 1.1"')
    return root


def _pieces(image: Element, height: int, width: int, passed: Counter[str], told: Told) -> list[Piece]:
    pieces, (where, problems) = list[Piece](), told
    for number, shape in enumerate(image):
        label, group = shape.get("label", ""), shape.get("group_id", "")
        if shape.tag not in MASKS:
            passed[str(shape.tag)] += 1
        elif not label:
            problems.append(f"{where}: {shape.tag} {number}: it has no label")
        else:
            try:
                pieces.append(Piece(label, group.removeprefix("0"), MASKS[shape.tag](shape, height, width)))
            except InvalidInput as fault:
                problems.append(f"{where}: {shape.tag} {number}: {fault}")
    return pieces


def _polygon(shape: Element, height: int, width: int) -> RLE:
    points = [point.split(",") for point in shape.get("points", "").split(";")]
    try:
        outline: Polygon = [float(value) for point in points for value in point]
    except ValueError:
        raise InvalidInput("its points must be pairs of numbers, x,y;x,y;...") from None
    return read_segmentation([outline], height, width)


def _box(shape: Element, height: int, width: int) -> RLE:
    left, top, right, bottom = (_number(shape, side) for side in ("xtl", "ytl", "xbr", "ybr"))
    outline = box(left, top, right, bottom, _number(shape, "rotation", 0))
    return read_segmentation([inside(outline, width, height) if shape.get("rotation") else outline], height, width)


def _ellipse(shape: Element, height: int, width: int) -> RLE:
    x, y, across, down = (_number(shape, name) for name in ("cx", "cy", "rx", "ry"))
    outline = ellipse(x, y, across, down, _number(shape, "rotation", 0))
    return read_segmentation([inside(outline, width, height)], height, width)


def _mask(shape: Element, height: int, width: int) -> RLE:
    """Return a mask whose runs go along the rows of its box, zeros first."""
    left, top, w, h = (round(_number(shape, name)) for name in ("left", "top", "width", "height"))
    try:
        runs = np.array(shape.get("rle", "").split(","), dtype=np.int64)
    except (ValueError, OverflowError):
        raise InvalidInput("its rle must be whole numbers with commas between them") from None
    if (runs < 0).any() or w < 1 or h < 1 or runs.sum() != w * h:
        raise InvalidInput(f"its rle must be lengths of runs that add up to its box of {w} x {h} = {w * h}")
    if left < 0 or top < 0 or left + w > width or top + h > height:
        raise InvalidInput(f"its box reaches out of the picture of {width} x {height} px")
    crop = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(h, w)
    return rle.encode_crop(crop, left, top, height, width)


MASKS: Mapping[str, Callable[[Element, int, int], RLE]] = {
    "polygon": _polygon,
    "box": _box,
    "ellipse": _ellipse,
    "mask": _mask,
}


def _number(element: Element, name: str, default: float | None = None) -> float:
    text = element.get(name)
    if text is None and default is not None:
        return default
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise InvalidInput(f"{name} = '{text or ''}': it must be a number")
    return value
