"""Sketches as SVG: a group for each object, in it one for each part in its colour; strokes of no object come last.

Reading such a file gives the same sketch: the order of drawing, instances, times and extras are attributes that begin
with `data-`.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from maskline.contract.config import canonical_json
from maskline.strokes.classes import part_name
from maskline.strokes.formats.labels import labels_of
from maskline.strokes.formats.numbers import joined, listed, spelled
from maskline.strokes.sketch import Sketch, Stroke, Thing

GREY = "#a5a5a5"
"""Of what has no class."""
WIDTH = 1 / 150
"""Of a line, as a share of the longer side."""
MARGIN = 0.05
"""Around what is drawn, of its longer side, where no canvas is known."""


def write(sketch: Sketch, colours: Mapping[str, str]) -> bytes:
    """Return a document.

    colours: class name -> "#rrggbb", e.g. of "car" and of "car/wheel"; grey where there is none.
    """
    left, top, width, height = _view(sketch)
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    if sketch.size:
        root.attrib |= {"width": spelled(width), "height": spelled(height)}
    root.attrib |= {
        "viewBox": listed((left, top, width, height)),
        "fill": "none",
        "stroke": GREY,
        "stroke-width": spelled(round(max(width, height) * WIDTH, 4)),
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }
    if not sketch.things:
        root.set("data-objects", "0")
    if sketch.extra:
        root.set("data-extra", canonical_json(dict(sketch.extra)).decode())
    SubElement(root, "title").text = sketch.name
    for number, thing in enumerate(sketch.things, 1):
        own = {"class": thing.category, "data-object": str(number), "stroke": colours.get(thing.category, GREY)}
        _write_thing(SubElement(root, "g", own), sketch, thing, colours)
    taken = {number for thing in sketch.things for number in thing.strokes}
    for number, stroke in enumerate(sketch.strokes):
        if number not in taken:
            _write_stroke(root, stroke, number)
    indent(root)
    return tostring(root, encoding="unicode").encode() + b"\n"


def _write_thing(group: Element, sketch: Sketch, thing: Thing, colours: Mapping[str, str]) -> None:
    known = labels_of(thing)
    for part in thing.parts:
        name, instance = known[part.strokes[0]]
        own = {"class": name, "stroke": colours.get(part_name(thing.category, name), GREY)}
        inner = SubElement(group, "g", own | ({"data-instance": str(instance)} if instance else {}))
        for number in part.strokes:
            _write_stroke(inner, sketch.strokes[number], number)
    for number in thing.strokes:
        if number not in known:
            _write_stroke(group, sketch.strokes[number], number)


def _write_stroke(parent: Element, stroke: Stroke, number: int) -> None:
    way = joined(stroke.points)
    own = {"d": f"M{way}" if len(stroke.points) > 1 else f"M{way}Z", "data-stroke": str(number)}
    if stroke.times is not None:
        own["data-times"] = listed(stroke.times.tolist())
    SubElement(parent, "path", own)


def _view(sketch: Sketch) -> tuple[float, float, float, float]:
    if sketch.size:
        return 0.0, 0.0, *sketch.size
    left, top, right, bottom = sketch.bounds()
    margin = MARGIN * max(right - left, bottom - top) or 1.0
    return left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin
