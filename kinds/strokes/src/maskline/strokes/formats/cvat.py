"""CVAT's "images 1.1", as InstanceSketch reads it: one polyline a stroke, its label the part, one sketch an image.

The class is the name of the second folder above the file, `<class>/<folder>/<file>.xml`, or of the only one. Labels
are lower-cased. Polylines of one label and one group, `group_id`, are one instance. Images without polylines are
passed over.
"""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from maskline.strokes.formats import points
from maskline.strokes.formats.file import File
from maskline.strokes.formats.labels import UNLABELLED, labels_of, thing_of
from maskline.strokes.formats.markup import root_of, tag_of
from maskline.strokes.formats.numbers import joined, spelled
from maskline.strokes.sketch import Sketch, Stroke

KNOWN = ("id", "width", "height")
"""What of an image is not kept as it is."""
ATTRIBUTE = re.compile(r"[A-Za-z_]\w*")


def read(file: File, problems: list[str], remarks: list[str]) -> list[Sketch]:
    """Return a sketch for each image of the file that has polylines; what is wrong is added to `problems`."""
    root = root_of(file, problems)
    if root is None:
        return []
    if tag_of(root) != "annotations":
        problems.append(f"{file.path}: it begins with <{tag_of(root)}>, CVAT's files with <annotations>")
        return []
    found, empty, others = [], 0, 0
    for image in root.iter("image"):
        lines = image.findall("polyline")
        others += sum(each.tag in {"box", "polygon", "points", "mask", "ellipse"} for each in image)
        if lines:
            sketch = _sketch(file, image, lines, problems)
            found += [sketch] if sketch else []
        else:
            empty += 1
    if empty:
        remarks.append(f"{file.path}: {empty} images have no polylines and are passed over")
    if others:
        remarks.append(f"{file.path}: {others} shapes that are no polylines are passed over")
    return found


def write(sketches: Sequence[Sketch]) -> bytes:
    """Return one document of sketches of one object each; of which class, its folder must tell."""
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    for number, sketch in enumerate(sketches):
        own = {key: str(value) for key, value in sketch.extra.items() if fits(key, value)}
        width, height = sketch.size or _canvas(sketch)
        attributes = {"id": str(number), "name": sketch.name} | own
        image = SubElement(root, "image", attributes | {"width": spelled(width), "height": spelled(height)})
        known = labels_of(sketch.things[0])
        for place, stroke in enumerate(sketch.strokes):
            label, instance = known.get(place, (UNLABELLED, 0))
            group = {"group_id": str(instance)} if instance else {}
            shape = {"label": label, "source": "manual", "occluded": "0", "z_order": "0"} | group
            SubElement(image, "polyline", shape | {"points": joined(stroke.points, ";")})
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode()


def fits(key: str, value: object) -> bool:
    """Tell whether an extra of a sketch can be an attribute of its image."""
    return isinstance(value, str) and bool(ATTRIBUTE.fullmatch(key)) and key not in KNOWN


def _sketch(file: File, image: Element, lines: Sequence[Element], problems: list[str]) -> Sketch | None:
    before, own = len(problems), image.get("id", "")
    where = f"{file.path}: image {own or image.get('name', '')}"
    if not own:
        problems.append(f"{where}: it has no id")
    places = [f"{where}: polyline {number}" for number in range(len(lines))]
    strokes = [_stroke(line.get("points", ""), place, problems) for line, place in zip(lines, places, strict=True)]
    labels = [line.get("label", "").lower() for line in lines]
    groups = [_group(line.get("group_id", ""), place, problems) for line, place in zip(lines, places, strict=True)]
    size = _size(image, where, problems)
    if len(problems) > before:
        return None
    extra = {key: value for key, value in image.attrib.items() if key not in KNOWN}
    thing = thing_of(file.above[-2] if len(file.above) > 1 else file.folder, labels, groups)
    return Sketch(f"{file.name}/{own}", tuple(stroke for stroke in strokes if stroke), size, (thing,), extra)


def _stroke(text: str, where: str, problems: list[str]) -> Stroke | None:
    pairs = [[_number(value) for value in pair.split(",")] for pair in text.split(";") if pair.strip()]
    return points.of_pairs(pairs, where, problems)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _group(text: str, where: str, problems: list[str]) -> int:
    if not text.strip():
        return 0
    if not text.strip().isdecimal():
        problems.append(f"{where}: group_id = {text!r}, it must be a whole number, 0 or more")
        return 0
    return int(text)


def _size(image: Element, where: str, problems: list[str]) -> tuple[float, float] | None:
    texts = image.get("width", ""), image.get("height", "")
    if texts == ("", ""):
        return None
    sides = [_number(text) for text in texts]
    if not all(isinstance(side, float) and 0 < side < float("inf") for side in sides):
        problems.append(f"{where}: width, height = {', '.join(texts)}, they must be numbers above 0")
        return None
    return float(sides[0]), float(sides[1])


def _canvas(sketch: Sketch) -> tuple[float, float]:
    _, _, right, bottom = sketch.bounds()
    return float(max(1, -(-right // 1))), float(max(1, -(-bottom // 1)))
