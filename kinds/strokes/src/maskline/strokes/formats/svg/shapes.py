"""Elements of SVG that draw lines, as points, and the transforms that place them."""

import math
import re
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.formats.markup import tag_of
from maskline.strokes.formats.numbers import pairs
from maskline.strokes.formats.svg.path import NUMBER, rest, subpaths

Matrix = NDArray[np.float64]
"""(2, 3): x' = m[0] . (x, y, 1), y' = m[1] . (x, y, 1)."""
IDENTITY: Matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
SHAPES = ("path", "polyline", "polygon", "line", "rect", "circle", "ellipse")
TRANSFORM = re.compile(r"[\s,]*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)")
COUNTS = {"matrix": {6}, "translate": {1, 2}, "scale": {1, 2}, "rotate": {1, 3}, "skewX": {1}, "skewY": {1}}


def lines_of(element: Element) -> list[NDArray[np.float64]]:
    """Return the lines of a shape, (P, 2) each.  Raises ValueError saying what is wrong with it."""
    tag = tag_of(element)
    if tag == "path":
        return [_points(line) for line in subpaths(element.get("d", ""))]
    if tag in {"polyline", "polygon"}:
        points = pairs(numbers(element.get("points", "")))
        closing = points[:1] if tag == "polygon" and points[:1] != points[-1:] else []
        return [np.array([*points, *closing])] if points else []
    if tag == "line":
        x1, y1, x2, y2 = (_length(element, name) for name in ("x1", "y1", "x2", "y2"))
        return [np.array([[x1, y1], [x2, y2]])]
    if tag == "rect":
        x, y, width, height = (_length(element, name) for name in ("x", "y", "width", "height"))
        return [_points(line) for line in subpaths(f"M{x},{y}h{width}v{height}h{-width}z")]
    across, down = (_length(element, name) for name in (("r", "r") if tag == "circle" else ("rx", "ry")))
    arc = f"a{across},{down},0,0,1"
    ring = f"M{_length(element, 'cx') - across},{_length(element, 'cy')}{arc},{2 * across},0{arc},{-2 * across},0"
    return [_points(line) for line in subpaths(ring)]


def placed(line: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
    """Return (P, 2) points where a transform puts them."""
    if matrix is IDENTITY:
        return line
    with np.errstate(over="ignore", invalid="ignore"):  # who asks for the line looks at what it has become
        moved: NDArray[np.float64] = line @ matrix[:, :2].T + matrix[:, 2]
    return moved


def transform(text: str, before: Matrix = IDENTITY) -> Matrix:
    """Return what a `transform` adds to the transform of what encloses it.  Raises ValueError where it is none."""
    place, matrix = 0, before
    while place < len(text.rstrip(" \t\r\n,")):
        found = TRANSFORM.match(text, place)
        if not found:
            message = f"transform = '{text}': one was expected at '{rest(text, place)}'"
            raise ValueError(message)
        values, place = numbers(found[2]), found.end()
        if len(values) not in COUNTS[found[1]]:
            message = f"transform = '{text}': {found[1]} has {len(values)} numbers"
            raise ValueError(message)
        matrix = _times(matrix, _matrix(found[1], values))
    return matrix


def numbers(text: str) -> list[float]:
    """Return the numbers of a list, with spaces or commas between them.  Raises ValueError for what is none."""
    values, place = [], 0
    while place < len(text.rstrip(" \t\r\n,")):
        found = NUMBER.match(text, place)
        if not found:
            message = f"'{rest(text, place)}' is no number"
            raise ValueError(message)
        values.append(float(found[1]))
        place = found.end()
    return values


def _length(element: Element, name: str) -> float:
    text = element.get(name, "0")
    found = NUMBER.match(text)
    if not found:
        message = f"{name} = '{text}' is no number"
        raise ValueError(message)
    return float(found[1])


def _points(line: list[complex]) -> NDArray[np.float64]:
    whole = np.array(line)
    return np.stack([whole.real, whole.imag], axis=1)


def _times(outer: Matrix, inner: Matrix) -> Matrix:
    with np.errstate(over="ignore", invalid="ignore"):
        product: Matrix = np.vstack([outer, [0, 0, 1]]) @ np.vstack([inner, [0, 0, 1]])
    return product[:2]


def _matrix(name: str, values: list[float]) -> Matrix:
    if name == "matrix":
        return np.array(values).reshape(3, 2).T
    if name == "translate":
        return np.array([[1, 0, values[0]], [0, 1, values[1] if len(values) > 1 else 0]], dtype=np.float64)
    if name == "scale":
        return np.array([[values[0], 0, 0], [0, values[-1], 0]])
    angle = math.radians(values[0])
    if name == "rotate":
        x, y = values[1:] or (0.0, 0.0)
        cos, sin = math.cos(angle), math.sin(angle)
        return np.array([[cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y]])
    lean = math.tan(angle)
    return np.array([[1, lean, 0], [0, 1, 0]]) if name == "skewX" else np.array([[1, 0, 0], [lean, 1, 0]])
