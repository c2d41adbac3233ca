"""The masks of all instances of a picture as COCO's run lengths, in one pass over their columns.

K: instances   E: edges, places where a column changes between out and in, two for every run
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.contract.coco.rle import RLE
from maskline.molecules.coverage import HALF, Instances

Integers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Mask:
    """One instance's mask, as a COCO annotation holds it."""

    bbox: list[int]
    """x, y, w, h in pixels."""
    area: int
    segmentation: RLE


def masks(drawn: Instances, width: int, height: int) -> list[Mask]:
    """Encode every instance's mask, coverage >= HALF.  An instance without a pixel has area 0 and bbox [0, 0, 0, 0]."""
    if not len(drawn.owners):
        return []
    inside = drawn.buffer >= HALF
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.concatenate([[0], edges])
    # A 0 ends every column, so each run has both its edges, start and end, in its own column.
    of = np.searchsorted(drawn.starts, edges, side="right") - 1
    column, row = np.divmod(edges - drawn.starts[of], drawn.boxes[of, 3] + 1)
    column, row = column + drawn.boxes[of, 0], row + drawn.boxes[of, 1]
    firsts = np.searchsorted(of, np.arange(len(drawn.owners) + 1)).tolist()
    strings = _strings(column * height + row, of, len(drawn.owners), width * height)
    return [
        Mask(*_extent(column[begin:end], row[begin:end]), RLE(size=[height, width], counts=counts))
        for begin, end, counts in zip(firsts[:-1], firsts[1:], strings, strict=True)
    ]


def _extent(column: Integers, row: Integers) -> tuple[list[int], int]:
    """Return bbox and area of the runs whose starts and ends, in turn, are given."""
    if not len(row):
        return [0, 0, 0, 0], 0
    top, foot = row[::2], row[1::2]
    left, upper = int(column[0]), int(top.min())
    return [left, upper, int(column[-1]) + 1 - left, int(foot.max()) - upper], int((foot - top).sum())


def _strings(places: Integers, of: Integers, instances: int, pixels: int) -> list[str]:
    """Return COCO's compressed counts of each of the `instances`.

    places: (E,) edges counted down the picture's columns.  of: (E,) whose edge it is, not falling.  pixels: H * W.
    """
    repeated = (places[1:] == places[:-1]) & (of[1:] == of[:-1])  # a run to the foot goes on at the next column's head
    keep = np.ones(len(places), bool)
    keep[1:] &= ~repeated
    keep[:-1] &= ~repeated
    keep &= places < pixels  # a mask that ends in ones has no last run of zeros
    places, of = places[keep], of[keep]
    last = np.searchsorted(of, np.arange(instances), side="right")
    bounds, of = np.insert(places, last, pixels), np.insert(of, last, np.arange(instances))
    first = np.searchsorted(of, np.arange(instances))
    counts = np.diff(bounds, prepend=0)
    counts[first] = bounds[first]
    values = counts.copy()
    values[2:] -= np.where(np.arange(2, len(of)) - first[of[2:]] > 2, counts[:-2], 0)  # from the fourth on: the change
    characters, lengths = _characters(values)
    ends = np.cumsum(lengths)[np.append(first[1:], len(of)) - 1].tolist()
    text = characters.tobytes().decode("ascii")
    return [text[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]


def _characters(values: Integers) -> tuple[npt.NDArray[np.uint8], Integers]:
    """Return COCO's spelling of (n,) numbers, one after the other, and (n,) how many characters each takes.

    A character carries five bits, the lowest first, a sixth that says whether more follow, and is shifted by 48.
    """
    columns, used = [], []
    more = np.ones(len(values), bool)
    while more.any():
        used.append(more)
        bits = values & 31
        values = values >> 5
        more = more & np.where(bits & 16, values != -1, values != 0)
        columns.append((bits + 32 * more + 48).astype(np.uint8))
    spelled = np.stack(used, axis=1)
    return np.stack(columns, axis=1)[spelled], spelled.sum(axis=1)
