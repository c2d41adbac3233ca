"""InstanceSketch's JSON: one sketch of one object a file, whose class is the name of the file's folder.

`lines` are the strokes, [[x, y], ...] each; `segments` the labels of each stroke, one a point, of which the commonest
counts. A field of our own, `instances`, says for each stroke which one of its label it belongs to, from 1, where that
is known, and -1 where it has no part, though each must have a label there; other readers pass over it.
"""

from typing import Any

from maskline.contract.config import canonical_json
from maskline.strokes.formats import points
from maskline.strokes.formats.file import File, besides
from maskline.strokes.formats.labels import NONE, UNLABELLED, commonest, labels_of, thing_of
from maskline.strokes.formats.numbers import plain
from maskline.strokes.sketch import Sketch

FIELDS = ("lines", "segments", "instances")


def is_one(document: dict[str, Any]) -> bool:
    """Tell such a document from others."""
    return "lines" in document


def read(file: File, document: dict[str, Any], problems: list[str], remarks: list[str]) -> list[Sketch]:
    """Return the file's sketch, or none and problems."""
    lines, before = document["lines"], len(problems)
    if not isinstance(lines, list) or not lines:
        problems.append(f"{file.path}: lines = {points.shown(lines)}, it must be a list of strokes, one at least")
        return []
    strokes = [points.of_pairs(line, f"{file.path}: stroke {number}", problems) for number, line in enumerate(lines)]
    labels = _labels(file.path, document.get("segments"), lines, problems, remarks)
    instances = _instances(file.path, document.get("instances"), len(lines), problems)
    extra = besides(document, FIELDS, file.path, problems)
    if len(problems) > before:
        return []
    thing = thing_of(file.folder, labels, instances)
    name = file.name if "/" in file.name else f"{file.folder}/{file.name}"
    return [Sketch(name, tuple(stroke for stroke in strokes if stroke), None, (thing,), extra)]


def write(sketch: Sketch) -> bytes:
    """Return the file of a sketch of one object at most; which one, its folder's name must tell."""
    known = labels_of(sketch.things[0]) if sketch.things else {}
    told = [known.get(number, (UNLABELLED, NONE)) for number in range(len(sketch.strokes))]
    document: dict[str, Any] = dict(sketch.extra) | {
        "lines": [[plain(pair) for pair in stroke.points] for stroke in sketch.strokes],
        "segments": [[label] * len(stroke.points) for stroke, (label, _) in zip(sketch.strokes, told, strict=True)],
    }
    if any(instance for _, instance in told):
        document["instances"] = [instance for _, instance in told]
    return canonical_json(document)


def _labels(where: str, segments: Any, lines: list[Any], problems: list[str], remarks: list[str]) -> list[str]:
    if segments is None:
        return [""] * len(lines)
    if not isinstance(segments, list) or len(segments) != len(lines):
        given = f"{len(segments)} lists" if isinstance(segments, list) else points.shown(segments)
        problems.append(f"{where}: segments has {given}, it must have one for each of the {len(lines)} strokes")
        return []
    found, mixed = [], 0
    for number, (own, line) in enumerate(zip(segments, lines, strict=True)):
        if not isinstance(own, list) or not all(isinstance(label, str) for label in own):
            problems.append(
                f"{where}: stroke {number}: its labels are {points.shown(own)}, they must be a list of texts"
            )
        elif isinstance(line, list) and len(own) != len(line):
            problems.append(
                f"{where}: stroke {number}: it has {len(own)} labels for {len(line)} points, it must have one for each"
            )
        elif own:
            mixed += len(set(own)) > 1
            found.append(commonest(own))
    if mixed:
        remarks.append(f"{where}: {mixed} strokes have points of several labels; the commonest counts")
    return found


def _instances(where: str, given: Any, count: int, problems: list[str]) -> list[int]:
    if given is None:
        return []
    if (
        not isinstance(given, list)
        or len(given) != count
        or not all(type(each) is int and each >= NONE for each in given)
    ):
        problems.append(f"{where}: instances = {points.shown(given)}, it must be {count} whole numbers, -1 or more")
        return []
    return given
