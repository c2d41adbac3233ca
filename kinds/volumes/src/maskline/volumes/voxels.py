"""Volumes that are read piece by piece, so that nobody needs all of one in memory."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, int, int]
"""Voxels along z, y, x."""


class Box(NamedTuple):
    """A part of a volume: voxels from `start` up to, but without, `stop`, both along z, y, x."""

    start: Shape
    stop: Shape

    @property
    def slices(self) -> tuple[slice, slice, slice]:
        """What cuts it out of an array."""
        z, y, x = (slice(start, stop) for start, stop in zip(self.start, self.stop, strict=True))
        return z, y, x

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        z, y, x = (stop - start for start, stop in zip(self.start, self.stop, strict=True))
        return z, y, x

    def grown(self, voxels: int, within: Shape) -> "Box":
        """Return the box with so many more voxels on every side, where the volume has them."""
        z, y, x = (max(0, start - voxels) for start in self.start)
        dz, dy, dx = (min(end, stop + voxels) for stop, end in zip(self.stop, within, strict=True))
        return Box((z, y, x), (dz, dy, dx))


class Voxels(Protocol):
    """A volume, wherever it lies."""

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read."""

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box that lies inside, (z, y, x), as they are stored.  Raises Corrupt."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """A volume that is an array, (z, y, x)."""

    values: NDArray[Any]

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        z, y, x = self.values.shape
        return z, y, x

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of its values."""
        return self.values.dtype

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box."""
        return self.values[box.slices]


def whole(shape: Shape) -> Box:
    """Return the box that holds all of a volume of that shape."""
    return Box((0, 0, 0), shape)
