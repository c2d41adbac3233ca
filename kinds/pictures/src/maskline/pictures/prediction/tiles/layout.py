"""Where the tiles of a picture lie."""

import math
from typing import NamedTuple

STRIDE_PX = 32
"""Tiles begin at multiples of it where their sides allow it: so far apart are a network's coarsest features. Seen at
its own size, such a tile shows the network, away from its rims, just what the whole picture does."""


class Tile(NamedTuple):
    """A rectangle of a picture in its pixels.  x, y: its top left one."""

    x: int
    y: int
    width: int
    height: int


def tiles(height: int, width: int, side: int, overlap: int) -> list[Tile]:
    """Return tiles that cover a picture of `height` x `width` pixels, row by row, all of one size.

    There are as few as sides of at most `side` pixels allow, and they are as small as so few can be that begin at
    multiples of STRIDE_PX: neighbours share `overlap` pixels, or a few more.  overlap: less than `side`.
    """
    rows, columns = _spans(height, side, overlap), _spans(width, side, overlap)
    return [Tile(x, y, columns.length, rows.length) for y in rows.starts for x in columns.starts]


class _Spans(NamedTuple):
    starts: list[int]
    length: int


def _spans(whole: int, side: int, overlap: int) -> _Spans:
    """Divide one side of a picture."""
    count = max(1, math.ceil((whole - overlap) / (side - overlap)))
    if count == 1:
        return _Spans([0], whole)
    aligned = _divided(whole, count, overlap, STRIDE_PX)
    return aligned if aligned.length <= side else _divided(whole, count, overlap, 1)


def _divided(whole: int, count: int, overlap: int, step: int) -> _Spans:
    """Return `count` spans, two or more, that begin at multiples of `step` and are as short as they can be."""
    steps = (whole - overlap) // step * (count - 1) // count
    return _Spans([step * (number * steps // (count - 1)) for number in range(count)], whole - step * steps)
