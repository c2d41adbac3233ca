"""A volume in pieces of whole planes, as it is scanned and written."""

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from maskline.volumes.voxels import Box, Shape, Voxels

PLANES = 16
"""In one piece, and in one chunk of a file: 64 MB of a tomogram of 1,000 x 1,000 voxels along y and x."""


def slabs(shape: Shape) -> Iterator[Box]:
    """Yield boxes of at most PLANES whole planes that cover a volume, the first planes first."""
    planes, rows, columns = shape
    for start in range(0, planes, PLANES):
        yield Box((start, 0, 0), (min(start + PLANES, planes), rows, columns))


def planes(voxels: Voxels) -> Iterator[NDArray[Any]]:
    """Yield the planes of a volume, (y, x) each, from slabs that are read one after another."""
    for box in slabs(voxels.shape):
        yield from voxels.read(box)
