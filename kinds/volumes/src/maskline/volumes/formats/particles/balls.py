"""Particles as a label volume: a ball around each centre."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.voxels import Box, Shape


@dataclass(frozen=True, slots=True)
class Balls:
    """A volume of ids, drawn where it is read: id 1 is the first particle's.

    A voxel within several balls is the nearest centre's, and of equally near ones the first's.
    centres: (N, 3) z, y, x in voxels.
    """

    centres: NDArray[np.float64]
    radius_voxels: float
    shape: Shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of ids."""
        return np.dtype(np.uint32)

    def read(self, box: Box) -> NDArray[Any]:
        """Return the ids in a box, (z, y, x)."""
        ids = np.zeros(box.shape, np.uint32)
        nearest = np.full(box.shape, np.inf, np.float32)
        for number, centre in enumerate(self.centres, 1):
            low = np.clip(np.ceil(centre - self.radius_voxels), box.start, box.stop).astype(int)
            high = np.clip(np.floor(centre + self.radius_voxels) + 1, box.start, box.stop).astype(int)
            if (low < high).all():
                part = Box(tuple(low - box.start), tuple(high - box.start)).slices
                z, y, x = (np.arange(*ends) - middle for *ends, middle in zip(low, high, centre, strict=True))
                apart = z[:, None, None] ** 2 + y[:, None] ** 2 + x**2
                inside = (apart <= self.radius_voxels**2) & (apart < nearest[part])
                ids[part][inside] = number
                nearest[part][inside] = apart[inside]
        return ids
