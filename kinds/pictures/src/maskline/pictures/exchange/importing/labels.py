"""One picture's annotations as the dataset will have them: masks in compressed RLE, boxes and areas taken from them.

An instance whose category is mapped to `ignore` becomes a crowd region in every category of the table. COCO's rule for
crowds then holds for whatever is predicted there: it counts neither as right nor as wrong. Leaving the instance out
would punish a model that finds it. Training leaves crowds out, so to a network that learns from the dataset the region
is background. The annotation keeps the name of its category as `ignored`.

What a document says beyond COCO's fields is kept as it is.
"""

from collections.abc import Mapping
from typing import Any

from maskline.contract.coco import rle
from maskline.contract.coco.segmentation import is_number, read_segmentation
from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.mapping import IGNORE, Categories
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE, annotation_id, image_id
from maskline.pictures.exchange.formats.documents.document import named
from maskline.pictures.exchange.importing.inventory import Entry

BOX_PX = 1.0
"""How far a side of a given box may be from its mask's."""
CHECKED = ("id", "image_id", "category_id", "iscrowd", "bbox", "area", "segmentation")
AREA_SHARE = 0.01
"""How far a given area may be from its mask's."""


def convert(entry: Entry, categories: Categories, problems: list[str], remarks: list[str]) -> list[dict[str, Any]]:
    """Return the picture's annotations; what is wrong is added to `problems`, what is odd to `remarks`."""
    names = {str(category["id"]): category["name"] for category in entry.document.coco["categories"] if named(category)}
    found: list[dict[str, Any]] = []
    for theirs in entry.annotations:
        where = f"{entry.document.name}: annotation {theirs.get('id')} of image {entry.image['id']}"
        name = names.get(str(theirs.get("category_id")))
        if name is None:
            problems.append(f"{where}: category_id = {theirs.get('category_id')!r}: there is no such category")
            continue
        shape = _shape(entry.image, theirs, where, problems)
        if shape is None:
            continue
        remarks += [f"{where}: {remark}" for remark in _disagreements(theirs, shape)]
        ignored = {"iscrowd": 1, "ignored": name} if categories.names[name] == IGNORE else {}
        found += [{**theirs, **shape, **ignored, "category_id": key} for key in categories.ids(name)]
    if len(found) >= ANNOTATIONS_PER_IMAGE:
        problems.append(f"{entry.where}: it has {len(found)} annotations, more than {ANNOTATIONS_PER_IMAGE - 1}")
        return []
    ids = {"image_id": image_id(entry.index)}
    return [{**one, **ids, "id": annotation_id(entry.index, number)} for number, one in enumerate(found)]


def _shape(
    image: Mapping[str, Any], theirs: Mapping[str, Any], where: str, problems: list[str]
) -> dict[str, Any] | None:
    """Return the annotation's mask with its box, area and iscrowd, or None where something is wrong."""
    faults = []
    if theirs.get("iscrowd", 0) not in (0, 1):
        faults.append(f"iscrowd = {theirs['iscrowd']!r}: it must be 0 or 1")
    if "bbox" in theirs and (fault := _box_fault(theirs["bbox"], image["width"], image["height"])):
        faults.append(f"bbox = {theirs['bbox']!r}: {fault}")
    if "area" in theirs and not _is_size(theirs["area"]):
        faults.append(f"area = {theirs['area']!r}: it must be a number, 0 or more")
    faults += _not_json(theirs)
    mask = None
    try:
        mask = read_segmentation(theirs.get("segmentation"), image["height"], image["width"])
    except InvalidInput as fault:
        faults.append(f"segmentation: {fault}")
    if mask and not rle.area(mask):
        faults.append("segmentation: its mask is empty, not one pixel belongs to it")
    problems += [f"{where}: {fault}" for fault in faults]
    if faults or mask is None:
        return None
    box, area = rle.bbox(mask), rle.area(mask)
    return {"segmentation": mask, "bbox": box, "area": area, "iscrowd": int(theirs.get("iscrowd", 0))}


def _not_json(theirs: Mapping[str, Any]) -> list[str]:
    """Tell of NaN and infinity, which no JSON document may hold, in the fields beyond those that are checked."""
    others = {field: value for field, value in theirs.items() if field not in CHECKED}
    try:
        canonical_json(others)
    except ValueError:
        return [f"one of {', '.join(others)} holds NaN or infinity, which are no JSON"]
    return []


def _box_fault(box: Any, width: int, height: int) -> str:
    if not isinstance(box, list) or len(box) != 4 or not all(is_number(value) for value in box):
        return "it must be four finite numbers [x, y, w, h]"
    x, y, w, h = box
    if w <= 0 or h <= 0:
        return "its width and height must be more than 0"
    if min(x, y) < -BOX_PX or x + w > width + BOX_PX or y + h > height + BOX_PX:
        return f"it reaches out of the picture of {width} x {height} px"
    return ""


def _disagreements(theirs: Mapping[str, Any], shape: Mapping[str, Any]) -> list[str]:
    """Say where the given box or area is not the mask's, which is taken."""
    remarks = []
    if "bbox" in theirs and max(map(abs, _differences(theirs["bbox"], shape["bbox"]))) > BOX_PX:
        remarks.append(f"bbox = {theirs['bbox']}, its mask's is {shape['bbox']}")
    if "area" in theirs and abs(theirs["area"] - shape["area"]) > max(1.0, AREA_SHARE * shape["area"]):
        remarks.append(f"area = {theirs['area']}, its mask's is {shape['area']}")
    return remarks


def _differences(one: list[float], other: list[float]) -> list[float]:
    """Return how far the boxes' left, top, right and bottom sides are apart."""
    sides = [(x, y, x + w, y + h) for x, y, w, h in (one, other)]
    return [a - b for a, b in zip(*sides, strict=True)]


def _is_size(value: Any) -> bool:
    return is_number(value) and value >= 0
