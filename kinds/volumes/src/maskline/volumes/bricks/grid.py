"""Where a volume is cut."""

from itertools import product

from maskline.volumes.voxels import Box, Shape

BRICK = 128
"""The most voxels along a side of a brick."""


def bricks_of(shape: Shape) -> list[Box]:
    """Return the bricks that hold each voxel of a volume once, in the order of z, y, x.

    Each side is cut into as few equal pieces as can be, sizes differing by one voxel at most: 130 is 65 and 65, since
    nothing is learned from a brick of two voxels.
    """
    return [Box(start, stop) for start, stop in (_box(*sides) for sides in product(*map(_pieces, shape)))]


def _pieces(side: int) -> list[tuple[int, int]]:
    count = -(-side // BRICK)
    return [(number * side // count, (number + 1) * side // count) for number in range(count)]


def _box(z: tuple[int, int], y: tuple[int, int], x: tuple[int, int]) -> tuple[Shape, Shape]:
    return (z[0], y[0], x[0]), (z[1], y[1], x[1])
