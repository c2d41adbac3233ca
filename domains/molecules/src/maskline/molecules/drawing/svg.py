"""A drawing as an SVG document: one path for every instance, named by its class, in its element's colour or black."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from maskline.molecules.ink.canvas import Contour
from maskline.molecules.labels.fonts import CONIC, CUBIC

Instance = tuple[str, str]
"""Class and colour."""
COMMANDS = {CONIC: ("Q", 2), CUBIC: ("C", 3)}


def svg_document(contours: Sequence[Contour], instances: Sequence[Instance], width: int, height: int) -> str:
    """Return the document; contours of owners beyond the instances are black and of the class NOTHING.

    width, height: of the picture, pixels.
    """
    ordered = sorted(contours, key=lambda contour: contour.owner)
    paths = [
        _path(instances[owner] if owner < len(instances) else ("NOTHING", "#000"), owner, list(shapes))
        for owner, shapes in groupby(ordered, key=lambda contour: contour.owner)
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    return "\n".join([head, *paths, "</svg>", ""])


def _path(instance: Instance, owner: int, contours: Iterable[Contour]) -> str:
    name, colour = instance
    data = " ".join(word for contour in contours for word in _commands(contour))
    return f'<path id="owner-{owner}" class="{name}" fill="{colour}" d="{data}"/>'


def _commands(contour: Contour) -> Iterator[str]:
    """Spell one closed contour; its last curve may end at its first point."""
    points, tags = contour.points.tolist(), contour.tags.tolist()
    around = [*points[1:], points[0]]
    kinds = [*tags[1:], tags[0]]
    yield "M" + _spelled(points[0])
    at = 0
    while at < len(around):
        command, count = COMMANDS.get(kinds[at], ("L", 1))
        yield command + " ".join(_spelled(point) for point in around[at : at + count])
        at += count
    yield "Z"


def _spelled(point: Sequence[float]) -> str:
    return f"{point[0]:.3f},{point[1]:.3f}"
