"""Values that no volume and no label volume may have are found when they are read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.voxels import Box, Shape, Voxels

Faulty = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Finite:
    """A volume whose voxels are numbers."""

    voxels: Voxels
    name: str

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        return self.voxels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read."""
        return self.voxels.dtype

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box, (z, y, x).  Raises Corrupt, and InvalidInput for NaN or infinity."""
        values = self.voxels.read(box)
        if values.dtype.kind == "f":
            _refuse(~np.isfinite(values), values, box, self.name, "a volume's values must be finite")
        return values


@dataclass(frozen=True, slots=True)
class Labels:
    """A volume whose voxels are ids of instances, 0 where there is none.

    Ids that a file keeps as floats are whole numbers, up to where floats of that kind still tell one from the next.
    """

    voxels: Voxels
    name: str

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        return self.voxels.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Unsigned, of as many bits as the file's, and of at least 8."""
        return np.dtype(f"u{self.voxels.dtype.itemsize}")

    def read(self, box: Box) -> NDArray[Any]:
        """Return the ids in a box, (z, y, x).  Raises Corrupt, and InvalidInput for what is no id."""
        values = self.voxels.read(box)
        if values.dtype.kind == "f":
            most = 2 ** (np.finfo(values.dtype).nmant + 1)
            _refuse(values != np.floor(values), values, box, self.name, "ids must be whole numbers")
            rule = f"{values.dtype} holds whole numbers up to {most:,} only"
            _refuse(values > most, values, box, self.name, rule)
        if values.dtype.kind in "if":
            _refuse(values < 0, values, box, self.name, "ids must not be negative")
        return values.astype(self.dtype, copy=False)


def _refuse(faulty: Faulty, values: NDArray[Any], box: Box, name: str, rule: str) -> None:
    """Raise InvalidInput that names the first faulty voxel by its place in the volume."""
    if faulty.any():
        inside = np.unravel_index(int(faulty.argmax()), faulty.shape)
        z, y, x = (int(start + offset) for start, offset in zip(box.start, inside, strict=True))
        raise InvalidInput(f"{name}: voxel z {z}, y {y}, x {x} is {values[inside]}: {rule}")
