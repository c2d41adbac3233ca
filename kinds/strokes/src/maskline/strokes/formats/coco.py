"""Sketches as COCO: a picture of each, and a mask of each object and each part.

Strokes cannot be had back from masks. Beside COCO's own fields an annotation says which strokes it is of, and the
number of its object.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from maskline.contract.coco import rle
from maskline.strokes.classes import part_name
from maskline.strokes.painting import Frame, covered, paint
from maskline.strokes.sketch import Sketch


def picture_of(sketch: Sketch, longer_px: int, width_px: float) -> bytes:
    """Return a sketch as PNG, grey.  longer_px: of its longer side.  width_px: of a line."""
    file = BytesIO()
    Image.fromarray(paint(sketch, None, longer_px, width_px)[..., 0]).save(file, "PNG")
    return file.getvalue()


def annotations_of(sketch: Sketch, frame: Frame, ids: Mapping[str, int], width_px: float) -> list[dict[str, Any]]:
    """Return annotations without `id` and `image_id`: every object's, each with those of its parts behind it.

    frame: of the picture.  ids: class name -> category id.  width_px: of a line.
    """
    found = []

    def add(name: str, strokes: Sequence[int], thing: int, *, crowd: bool) -> None:
        mask = rle.encode(covered([sketch.strokes[number] for number in strokes], frame, width_px))
        shape = {"segmentation": mask, "bbox": rle.bbox(mask), "area": rle.area(mask), "iscrowd": int(crowd)}
        found.append({"category_id": ids[name], **shape, "object": thing, "strokes": list(strokes)})

    for number, thing in enumerate(sketch.things, 1):
        add(thing.category, thing.strokes, number, crowd=False)
        for part in thing.parts:
            add(part_name(thing.category, part.name), part.strokes, number, crowd=part.crowd)
    return found
