"""The masks of all instances of a picture as COCO's run lengths, in one pass over their columns.

K: instances   E: edges, places where a column changes between out and in, two for every run
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.contract.coco.rle import RLE
from maskline.molecules.coverage import HALF, Instances

Integers = npt.NDArray[np.intp]

LONGEST = 7
"""Characters of the longest number: 35 bits, more than any picture's pixels take."""


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
    instances = len(drawn.owners)
    firsts = np.append(np.searchsorted(edges, drawn.starts), len(edges))
    of = np.repeat(np.arange(instances), np.diff(firsts))
    column, row = np.divmod(edges - drawn.starts[of], drawn.boxes[of, 3] + 1)
    column, row = column + drawn.boxes[of, 0], row + drawn.boxes[of, 1]
    strings = _strings(column * height + row, of, instances, width * height)
    return [
        Mask(bbox, area, RLE(size=[height, width], counts=counts))
        for (*bbox, area), counts in zip(_extents(column, row, firsts), strings, strict=True)
    ]


def _extents(column: Integers, row: Integers, firsts: Integers) -> list[list[int]]:
    """Return [x, y, w, h, area] of each of K masks.

    column, row: (E,) pixels of the edges.  firsts: (K + 1,) where each mask's edges begin, and their end.
    """
    extents = np.zeros((len(firsts) - 1, 5), np.intp)
    seen = np.flatnonzero(np.diff(firsts))
    if len(seen):
        begin, end, runs = firsts[seen], firsts[seen + 1], firsts[seen] // 2
        tops, feet = row[::2], row[1::2]
        left, top = column[begin], np.minimum.reduceat(tops, runs)
        w, h = column[end - 1] + 1 - left, np.maximum.reduceat(feet, runs) - top
        extents[seen] = np.stack([left, top, w, h, np.add.reduceat(feet - tops, runs)], axis=1)
    found: list[list[int]] = extents.tolist()
    return found


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
    spelled = np.zeros((len(values), LONGEST), np.uint8)  # 0 is no character
    left = np.arange(len(values))
    for place in range(LONGEST):
        bits = values & 31
        values = values >> 5
        more = np.where(bits & 16, values != -1, values != 0)
        spelled[left, place] = bits + 32 * more + 48
        left, values = left[more], values[more]
    return spelled[spelled > 0], np.count_nonzero(spelled, axis=1)
