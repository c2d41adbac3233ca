"""SVG documents as sketches: each shape a stroke, each subpath of a path one of its own.

A stroke's levels are the groups around it that have a name (class, Inkscape's label, or an id that no program made
up), the outermost first, and its own class. Where a stroke has two, the outer level is the object and the innermost
the part, in the whole file; where none has, all of it is one object called after the file's folder, and levels are
its parts. Our own files say more: `data-object` marks an object's group, `data-instance` one instance of a part,
`data-stroke` a stroke's place in the order of drawing, and `data-objects="0"` that there are none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from maskline.contract.config import parse_json
from maskline.strokes.formats.file import File
from maskline.strokes.formats.markup import root_of, tag_of
from maskline.strokes.formats.svg.shapes import IDENTITY, SHAPES, Matrix, lines_of, numbers, placed, transform
from maskline.strokes.sketch import Part, Sketch, Stroke, Thing

GROUPS = ("svg", "g", "a", "switch")
PASSED_OVER = ("text", "image", "use", "foreignObject")
"""What shows something and is no line."""
LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
STYLE = re.compile(r"(?:st|cls|fil|str)[-_]?\d+")
NUMBERED = re.compile(r"(?:g|svg|path|group|layer|surface)[-_ ]?\d*", re.IGNORECASE)
"""Classes that programs give to styles, and ids and labels that they give to groups: these say nothing."""


@dataclass(frozen=True, slots=True)
class Level:
    """One name that a stroke has.

    number: of the element that gives it.  instance: which one of that part; 0 where it is not told.  thing: the number
    of the object that it is, as our own files say; else 0.
    """

    name: str
    number: int
    instance: int
    thing: int


@dataclass(frozen=True, slots=True)
class Line:
    """One stroke with its levels, the outermost first.

    place: in the order of drawing, as our own files say; else -1.
    """

    points: NDArray[np.float64]
    times: NDArray[np.float64] | None
    levels: tuple[Level, ...]
    place: int


def read(file: File, problems: list[str], remarks: list[str]) -> list[Sketch]:
    """Return the file's sketch, or none and problems."""
    root, before = root_of(file, problems), len(problems)
    if root is None:
        return []
    if tag_of(root) != "svg":
        problems.append(f"{file.path}: it begins with <{tag_of(root)}>, a drawing with <svg>")
        return []
    walk = _Walk(file, problems)
    try:
        lines = list(walk.lines(root, IDENTITY, ()))
    except RecursionError:
        problems.append(f"{file.path}: its groups are nested too deeply")
        return []
    if not lines and len(problems) == before:
        problems.append(f"{file.path}: there is no {', '.join(SHAPES)} in it")
    if walk.passed_over:
        remarks.append(
            f"{file.path}: {walk.passed_over} elements are passed over: {', '.join(PASSED_OVER)} are no lines"
        )
    extra = _extra(root, file, problems)
    if len(problems) > before:
        return []
    if all(line.place >= 0 for line in lines):
        lines.sort(key=lambda line: line.place)
    strokes = tuple(Stroke(line.points, line.times) for line in lines)
    things = () if root.get("data-objects") == "0" else _things(lines, file.folder)
    return [Sketch(file.name, strokes, _size(root), things, extra)]


class _Walk:
    """A way through the elements of a file, in their order."""

    def __init__(self, file: File, problems: list[str]) -> None:
        self._file, self._problems = file, problems
        self._elements = 0
        self.passed_over = 0

    def lines(self, element: Element, matrix: Matrix, levels: tuple[Level, ...]) -> Iterator[Line]:
        """Yield the lines of an element and of what is in it."""
        tag = tag_of(element)
        self.passed_over += tag in PASSED_OVER
        if tag not in (*GROUPS, *SHAPES):
            return
        self._elements += 1
        inside = levels + _levels(element, self._elements, is_shape=tag in SHAPES)
        try:
            own = transform(element.get("transform", ""), matrix)
            if tag in SHAPES:
                yield from _drawn(element, own, inside)
        except ValueError as fault:
            name = f" '{element.get('id')}'" if element.get("id") else ""
            self._problems.append(f"{self._file.path}: element {self._elements}, {tag}{name}: {fault}")
            return
        for child in element if tag in GROUPS else ():
            yield from self.lines(child, own, inside)


def _drawn(element: Element, matrix: Matrix, levels: tuple[Level, ...]) -> Iterator[Line]:
    lines = [placed(line, matrix) for line in lines_of(element)]
    if not all(np.isfinite(line).all() for line in lines):
        message = "its points must be finite numbers"
        raise ValueError(message)
    times, place = element.get("data-times"), _whole(element.get("data-stroke", ""))
    own = np.array(numbers(times)) if times and len(lines) == 1 else None
    if own is not None and len(own) != len(lines[0]):
        message = f"data-times has {len(own)} numbers for {len(lines[0])} points"
        raise ValueError(message)
    for line in lines:
        yield Line(line, own, levels, place if len(lines) == 1 else -1)


def _levels(element: Element, number: int, *, is_shape: bool) -> tuple[Level, ...]:
    """Return the level that an element adds, or none."""
    if tag_of(element) == "svg":
        return ()
    names = [] if is_shape else [element.get(LABEL, "").strip(), element.get("id", "").strip()]
    told = [name for name in names if not NUMBERED.fullmatch(name)]
    own = element.get("class", "").strip()
    name = next(filter(None, [own if not STYLE.fullmatch(own) else "", *told]), "")
    instance, thing = (_whole(element.get(field, "")) for field in ("data-instance", "data-object"))
    return (Level(name, number, max(0, instance), max(0, thing)),) if name else ()


def _whole(text: str) -> int:
    """Return a number from 0; -1 for what is none."""
    return int(text) if text.isdecimal() else -1


def _things(lines: Sequence[Line], folder: str) -> tuple[Thing, ...]:
    told = any(len(line.levels) > 1 or any(level.thing for level in line.levels) for line in lines)
    strokes: dict[Level, list[int]] = {}
    parts: dict[Level, dict[tuple[str, int], list[int]]] = {}
    for number, line in enumerate(lines):
        if told and not line.levels:
            continue
        outer, *inner = line.levels if told else (Level(folder, 0, 0, 0), *line.levels)
        strokes.setdefault(outer, []).append(number)
        own = parts.setdefault(outer, {})
        if inner:
            own.setdefault((inner[-1].name, inner[-1].instance), []).append(number)
    return tuple(
        Thing(
            outer.name,
            tuple(strokes[outer]),
            tuple(Part(name, tuple(own), crowd=not instance) for (name, instance), own in parts[outer].items()),
        )
        for outer in sorted(strokes, key=lambda level: level.thing)
    )


def _size(root: Element) -> tuple[float, float] | None:
    """Return the canvas in the units of the drawing, where the file gives width and height."""
    try:
        box = numbers(root.get("viewBox", ""))
        sides = box[2:] or [numbers(root.get(side, "").removesuffix("px"))[0] for side in ("width", "height")]
    except (ValueError, IndexError):  # 100%, or nothing at all
        return None
    told = "width" in root.attrib and "height" in root.attrib and len(sides) == 2 and min(sides) > 0
    return (sides[0], sides[1]) if told else None


def _extra(root: Element, file: File, problems: list[str]) -> dict[str, Any]:
    try:
        extra = parse_json(root.get("data-extra", "{}"))
    except ValueError as fault:
        problems.append(f"{file.path}: data-extra is no JSON: {fault}")
        return {}
    return extra if isinstance(extra, dict) else {}
