"""Masks as COCO polygons, which cannot have holes: a shape with holes is cut into pieces that have none.

Polygons run along the edges of pixels, so their corners are whole numbers. COCO's filling samples a column of pixels at
its middle, half a pixel away from every such edge: whoever fills the polygons gets the mask back, pixel by pixel.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE

Polygon = list[int]
"""[x, y, x, y, ...] in pixels, without the first point again."""


def polygons(mask: RLE) -> list[Polygon]:
    """Return polygons whose union is the mask: simple, without holes, and touching each other only where it was cut."""
    x, y, width, height = rle.bbox(mask)
    shape = shapely.union_all(_columns(rle.decode(mask)[y : y + height, x : x + width], x, y))
    pieces = [piece for whole in _parts(shape) for piece in _without_holes(whole)]
    return [_corners(piece) for piece in pieces]


def _columns(crop: npt.NDArray[np.bool_], x: int, y: int) -> Any:
    """Return a box for every run of ones down a column of the crop, whose top left pixel is (x, y)."""
    padded = np.zeros((crop.shape[1], crop.shape[0] + 2), dtype=np.int8)
    padded[:, 1:-1] = crop.T
    steps = np.diff(padded, axis=1)
    column, top = np.nonzero(steps == 1)
    bottom = np.nonzero(steps == -1)[1]
    return shapely.box(column + x, top + y, column + x + 1, bottom + y)


def _without_holes(piece: Any) -> list[Any]:
    """Cut along a vertical line at the left end of the first hole, which so becomes a bay of the right half; repeat."""
    if not piece.interiors:
        return [piece]
    at = piece.interiors[0].bounds[0]
    left, top, right, bottom = piece.bounds
    halves = shapely.box(left, top, at, bottom), shapely.box(at, top, right, bottom)
    return [end for half in halves for part in _parts(piece.intersection(half)) for end in _without_holes(part)]


def _parts(shape: Any) -> list[Any]:
    """Return the polygons of a shape; where halves only touch, shapely adds lines and points."""
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]


def _corners(piece: Any) -> Polygon:
    """Return the outline without points in the middle of a straight edge."""
    outline = np.asarray(piece.simplify(0).exterior.coords[:-1])
    return [int(value) for value in outline.ravel()]
