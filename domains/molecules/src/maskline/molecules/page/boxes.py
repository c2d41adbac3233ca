"""Boxes beside boxes.  A side is the index of its coordinate in a box: 0 left, 1 top, 2 right, 3 bottom."""

from maskline.molecules.page.marks import Box

LEFT, TOP, RIGHT, BOTTOM = range(4)


def union(one: Box, other: Box) -> Box:
    """Return the smallest box that holds both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def widened(box: Box, by: float) -> Box:
    """Move every side outwards."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def extended(box: Box, side: int, by: float) -> Box:
    """Move one side outwards."""
    sides = list(box)
    sides[side] += by if side > TOP else -by
    return sides[0], sides[1], sides[2], sides[3]


def depth(box: Box, side: int) -> float:
    """Return the box's extent across a side: its width for left and right, its height for top and bottom."""
    across = side % 2
    return box[across + 2] - box[across]


def shift_beside(box: Box, whole: Box, side: int, along: float, gap: float) -> tuple[float, float]:
    """Return how far `box` must move to stand outside `whole`.

    along: where it stands on that side, 0 flush with its left or upper end, 1 flush with the other.
    """
    across, other = side % 2, 1 - side % 2
    place = [0.0, 0.0]
    place[across] = whole[side] + gap if side > TOP else whole[side] - gap - depth(box, side)
    place[other] = whole[other] + along * (depth(whole, other) - depth(box, other))
    return place[0] - box[0], place[1] - box[1]
