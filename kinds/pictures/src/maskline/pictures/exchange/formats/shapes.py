"""Shapes that labelling tools draw, as polygons of COCO."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from maskline.contract.coco.rle import RLE, union
from maskline.contract.errors import InvalidInput
from maskline.pictures.exchange.formats.documents.collection import Instance

Polygon = list[float]
"""x, y, x, y, ... in pixels, origin top left."""
STEP_PX = 1.0
"""How far apart the corners of a curve's polygon are, unless there were more than MOST of them."""
MOST = 10_000


def box(left: float, top: float, right: float, bottom: float, degrees: float = 0) -> Polygon:
    """Return a rectangle, whichever of its corners are given.

    degrees: turned clockwise, as seen, around its middle.
    """
    x, y = (left + right) / 2, (top + bottom) / 2
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [value for u, v in corners for value in _turned(x, y, u - x, v - y, degrees)]


def ellipse(x: float, y: float, across: float, down: float, degrees: float = 0) -> Polygon:
    """Return an ellipse around (x, y).  across, down: half axes in pixels.  degrees: turned clockwise, as seen."""
    if across <= 0 or down <= 0:
        raise InvalidInput(f"its radii are {across:g} and {down:g} px: they must be more than 0")
    corners = min(max(16, math.ceil(2 * math.pi * max(across, down) / STEP_PX)), MOST)
    outline: Polygon = []
    for number in range(corners):
        angle = 2 * math.pi * number / corners
        outline += _turned(x, y, across * math.cos(angle), down * math.sin(angle), degrees)
    return outline


def _turned(x: float, y: float, u: float, v: float, degrees: float) -> Polygon:
    """Return the point that lies (u, v) from (x, y), turned around it."""
    if not degrees:
        return [x + u, y + v]
    turn = math.radians(degrees)
    return [x + u * math.cos(turn) - v * math.sin(turn), y + u * math.sin(turn) + v * math.cos(turn)]


def inside(outline: Polygon, width: int, height: int) -> Polygon:
    """Return a curve's polygon without what the picture's edge cuts off."""
    limits = (width, height)
    return [min(max(value, 0.0), float(limits[place % 2])) for place, value in enumerate(outline)]


@dataclass(frozen=True)
class Piece:
    """One shape as a tool has it.  group: joins the pieces of an instance; empty: it is one by itself."""

    label: str
    group: str
    mask: RLE


def joined(pieces: Sequence[Piece]) -> list[Instance]:
    """Return an instance for each piece, and one for all pieces of one group and label, where the first of them is."""
    own: dict[tuple[str, str], list[Piece]] = {}
    for number, piece in enumerate(pieces):
        own.setdefault((piece.group or f"piece {number}", piece.label), []).append(piece)
    return [{"category": label, "segmentation": union([one.mask for one in each])} for (_, label), each in own.items()]
