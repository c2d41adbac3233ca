"""Volumes as CryoSiam's configuration wants them read: cut off, or of another size."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.formats.slabs import slabs
from maskline.volumes.voxels import Box, Shape, Voxels


@dataclass(frozen=True, slots=True)
class CutOff:
    """A volume without values below `low` and above `high`; those become the nearest that there are."""

    voxels: Voxels
    low: float | None
    high: float | None

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        return self.voxels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read."""
        return np.dtype(np.float32)

    def read(self, box: Box) -> NDArray[np.float32]:
        """Return the voxels of a box, (z, y, x)."""
        return np.clip(self.voxels.read(box).astype(np.float32), self.low, self.high)

    def share(self) -> float:
        """Return the share of voxels, 0 to 1, that are cut off."""
        odd = sum(int((self.read(box) != self.voxels.read(box).astype(np.float32)).sum()) for box in slabs(self.shape))
        return odd / int(np.prod(self.shape))


@dataclass(frozen=True, slots=True)
class Resized:
    """A volume of another shape: each voxel is the nearest one of the original."""

    voxels: Voxels
    shape: Shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read."""
        return self.voxels.dtype

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box, (z, y, x)."""
        sides = zip(box.start, box.stop, self.shape, self.voxels.shape, strict=True)
        # The middle of voxel i of n lies at (i + 1/2) / n of the side.
        z, y, x = ((2 * np.arange(start, stop) + 1) * old // (2 * new) for start, stop, new, old in sides)
        read = Box((z[0], y[0], x[0]), (z[-1] + 1, y[-1] + 1, x[-1] + 1))
        return self.voxels.read(read)[np.ix_(z - z[0], y - y[0], x - x[0])]


@dataclass(frozen=True, slots=True)
class Single:
    """A volume as floats of 32 bits, which CryoSiam's tools read."""

    voxels: Voxels

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        return self.voxels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read."""
        return np.dtype(np.float32)

    def read(self, box: Box) -> NDArray[np.float32]:
        """Return the voxels of a box, (z, y, x)."""
        return self.voxels.read(box).astype(np.float32)
