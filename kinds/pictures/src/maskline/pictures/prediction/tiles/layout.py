"""Where the tiles of a picture lie."""

import math
from typing import NamedTuple


class Tile(NamedTuple):
    """A rectangle of a picture in its pixels.  x, y: its top left one."""

    x: int
    y: int
    width: int
    height: int


def tiles(height: int, width: int, side: int, overlap: int) -> list[Tile]:
    """Return tiles that cover a picture of `height` x `width` pixels, row by row, all of one size.

    There are as few as sides of at most `side` pixels allow, and they are as small as so few can be: neighbours share
    `overlap` pixels, or a few more.  overlap: less than `side`.
    """
    rows, columns = _spans(height, side, overlap), _spans(width, side, overlap)
    return [Tile(x, y, columns.length, rows.length) for y in rows.starts for x in columns.starts]


class _Spans(NamedTuple):
    starts: list[int]
    length: int


def _spans(whole: int, side: int, overlap: int) -> _Spans:
    """Divide one side of a picture."""
    count = max(1, math.ceil((whole - overlap) / (side - overlap)))
    length = math.ceil((whole + (count - 1) * overlap) / count)
    starts = [number * (whole - length) // (count - 1) for number in range(count)] if count > 1 else [0]
    return _Spans(starts, length)
