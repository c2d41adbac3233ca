"""What was found tile by tile, as if the picture had been seen at once.

An instance has a margin in every tile: how far its box is from the nearest side of the tile that lies within the
picture, in the picture's pixels; it is negative where the box reaches beyond. Of what tiles share, that tile is right
which sees most around it:

1. What another tile sees with a clearly wider margin is left to that tile. So go the halves of what a border cuts,
   whatever they were taken for, if some tile holds it whole.
2. Where margins are nearly alike, one instance may come from two tiles: its masks tell, and the wider margin stays.
3. What no tile holds whole comes in pieces that end at borders. Those that agree where their tiles overlap are joined.

N: instances   T: tiles
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.pictures.prediction.tiles.crop import Crop
from maskline.pictures.prediction.tiles.layout import Tile

SAME = 0.5
"""IoU of masks, within what two tiles share, from which on they are of one instance."""
Corners = NDArray[np.float64]
"""Boxes as x0, y0, x1, y1."""


class Sides(NamedTuple):
    """Where tiles end.  corners: (T, 4).  inner: (T, 4), which of these sides lie within the picture."""

    corners: Corners
    inner: NDArray[np.bool_]


@dataclass(eq=False, slots=True)
class Seen:
    """One instance as one tile sees it.  corners: (4,).  cut: the tile does not hold it whole."""

    result: dict[str, Any]
    corners: Corners
    margin: float
    cut: bool


def stitch(
    tiles: Sequence[Tile], found: Sequence[Sequence[dict[str, Any]]], reach: float, clear: float
) -> list[dict[str, Any]]:
    """Return the instances of a picture, best score first.

    found: COCO results of each tile, in the picture's pixels.  reach: pixels within which the box of what a border cuts
    comes to that border.  clear: pixels by which a margin must be the wider one to decide.
    """
    if len(tiles) == 1:
        return list(found[0])
    sides = _sides(tiles)
    neighbours = [_touching(corners, sides.corners) for corners in sides.corners]
    seen = [
        _best_seen(results, number, neighbours[number], sides, reach, clear) for number, results in enumerate(found)
    ]
    related = [
        pair
        for first, others in enumerate(neighbours)
        for second in others
        if first < second
        for pair in _same(seen[first], seen[second], _shared(sides.corners[first], sides.corners[second]))
    ]
    dropped = _doubles([(one, other) for one, other in related if not (one.cut and other.cut)])
    kept = [one for tile in seen for one in tile if one not in dropped]
    pieces = [(one, other) for one, other in related if not {one, other} & dropped]
    return sorted(_joined(kept, pieces), key=lambda result: -result["score"])


def _sides(tiles: Sequence[Tile]) -> Sides:
    places = np.array(tiles, dtype=np.float64)
    corners = np.concatenate([places[:, :2], places[:, :2] + places[:, 2:]], axis=1)
    starts, ends = corners[:, :2], corners[:, 2:]
    return Sides(corners, np.concatenate([starts > starts.min(axis=0), ends < ends.max(axis=0)], axis=1))


def _touching(box: Corners, boxes: Corners) -> list[int]:
    """Return which of `boxes`, (N, 4), share an area with `box`, (4,), itself among them."""
    shared = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    found: list[int] = np.flatnonzero((shared > 0).all(axis=1)).tolist()
    return found


def _best_seen(
    results: Sequence[dict[str, Any]], number: int, neighbours: Sequence[int], sides: Sides, reach: float, clear: float
) -> list[Seen]:
    """Return the instances of tile `number` that no neighbour sees clearly better."""
    boxes = np.array([result["bbox"] for result in results], dtype=np.float64).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    own = _margins(boxes, number, sides)
    best = np.max([_margins(boxes, other, sides) for other in neighbours if other != number], axis=0)
    stays = np.flatnonzero(best < own + clear).tolist()
    return [Seen(results[i], boxes[i], own[i], bool(own[i] < reach)) for i in stays]


def _margins(boxes: Corners, number: int, sides: Sides) -> NDArray[np.float64]:
    """Return the margin that each box, (N, 4), has in tile `number`: (N,)."""
    inside = (boxes - sides.corners[number]) * [1, 1, -1, -1]
    return np.asarray(np.where(sides.inner[number], inside, np.inf).min(axis=1))


def _shared(one: Corners, other: Corners) -> Corners:
    return np.concatenate([np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])])


def _same(first: Sequence[Seen], second: Sequence[Seen], shared: Corners) -> Iterator[tuple[Seen, Seen]]:
    """Yield pairs of one class whose masks agree within `shared`, (4,), what two tiles have in common."""
    ours, theirs = ([one for one in seen if _touching(shared, one.corners[None])] for seen in (first, second))
    if not (ours and theirs):
        return
    boxes = np.array([_shared(shared, other.corners) for other in theirs])
    crops = {
        one: Crop.of(one.result["segmentation"]).within(*(int(side) for side in shared)) for one in (*ours, *theirs)
    }
    for one in ours:
        for number in _touching(one.corners, boxes):
            other = theirs[number]
            alike = one.result["category_id"] == other.result["category_id"]
            if alike and crops[one].iou(crops[other]) >= SAME:
                yield one, other


def _doubles(pairs: Sequence[tuple[Seen, Seen]]) -> set[Seen]:
    """Return what is superfluous: whatever has a partner that stays and has the wider margin."""
    partners = _partners(pairs)
    dropped: set[Seen] = set()
    for one in sorted(partners, key=lambda one: -one.margin):
        if one not in dropped:
            dropped.update(partners[one])
    return dropped


def _joined(kept: Sequence[Seen], pairs: Sequence[tuple[Seen, Seen]]) -> Iterator[dict[str, Any]]:
    """Yield the results of all that is kept, pieces put together."""
    partners = _partners(pairs)
    done: set[Seen] = set()
    for one in kept:
        if one in done:
            continue
        pieces = [one]
        for piece in pieces:  # it grows
            pieces += [other for other in partners.get(piece, []) if other not in pieces]
        done.update(pieces)
        yield _union(pieces) if len(pieces) > 1 else one.result


def _partners(pairs: Sequence[tuple[Seen, Seen]]) -> dict[Seen, list[Seen]]:
    partners: dict[Seen, list[Seen]] = {}
    for one, other in pairs:
        partners.setdefault(one, []).append(other)
        partners.setdefault(other, []).append(one)
    return partners


def _union(pieces: Sequence[Seen]) -> dict[str, Any]:
    """Return one result of several: as sure as they are, each by its pixels."""
    masks = [piece.result["segmentation"] for piece in pieces]
    score = np.average([piece.result["score"] for piece in pieces], weights=[rle.area(mask) for mask in masks])
    corners = np.array([piece.corners for piece in pieces])
    start, end = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
    return {
        **pieces[0].result,
        "score": round(float(score), 6),
        "bbox": [round(float(side), 2) for side in (*start, *(end - start))],
        "segmentation": rle.union(masks),
    }
