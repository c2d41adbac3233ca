"""Instances that do not count: neither they nor what lies under them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.bricks.instances import ids_of
from maskline.volumes.voxels import Box, Shape, Voxels


@dataclass(frozen=True, slots=True)
class Without:
    """Labels without some instances.  ignored: their numbers, (N,)."""

    labels: Voxels
    ignored: NDArray[np.uint32]

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        return self.labels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of numbers of instances."""
        return np.dtype(np.uint32)

    def read(self, box: Box) -> NDArray[Any]:
        """Return the numbers in a box.  Raises Corrupt, and InvalidInput for what is none."""
        labels = ids_of(self.labels.read(box))
        return np.where(np.isin(labels, self.ignored), np.uint32(0), labels)


@dataclass(frozen=True, slots=True)
class Counting:
    """Where anything counts: inside the mask, if there is one, and not under ignored instances."""

    mask: Voxels | None
    labels: Voxels
    ignored: NDArray[np.uint32]

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        return self.labels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of 0 and 1."""
        return np.dtype(np.uint8)

    def read(self, box: Box) -> NDArray[Any]:
        """Return 1 where anything counts.  Raises Corrupt."""
        counts = ~np.isin(self.labels.read(box), self.ignored)
        return (counts if self.mask is None else counts & (self.mask.read(box) != 0)).astype(np.uint8)
