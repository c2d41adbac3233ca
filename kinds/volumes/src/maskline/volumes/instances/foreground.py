"""The foreground in parts that have nothing to do with each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.instances.smoothing import smoothed, values
from maskline.volumes.voxels import Box, Shape, Voxels

SLAB = 32
"""Voxels along z that are read at once."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A mask, eight voxels along x to a byte."""

    bits: NDArray[np.uint8]
    shape: Shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read."""
        return np.dtype(bool)

    def read(self, box: Box) -> NDArray[np.bool_]:
        """Return the voxels of a box."""
        z, y, x = box.slices
        before = x.start % 8
        rows = self.bits[z, y, x.start // 8 : -(-x.stop // 8)]
        return np.unpackbits(rows, axis=2, count=before + x.stop - x.start)[:, :, before:].view(bool)


@dataclass(frozen=True)
class Foreground:
    """A volume's foreground.

    mask: (z, y, x).  parts: (z, y, x) int32, 1 to len(boxes): which part a voxel belongs to, 0 for none.
    A part may hold voxels outside the mask, around it; every voxel of the mask is in one.
    """

    mask: Packed
    parts: NDArray[np.int32]
    boxes: list[Box]


def foreground(probability: Voxels, threshold: float, gap: int) -> Foreground:
    """Return the voxels that reach a threshold, in parts with more than so many voxels between them.

    probability: (z, y, x), 0 to 1; smoothed first if the threshold is below 1.
    gap: even, along every axis; 0 gives the components, in which a voxel has 26 neighbours.
    Raises InvalidInput if a value is not finite.
    """
    import cc3d

    mask = _mask(probability, threshold)
    grown = _dilated(mask, gap // 2) if gap else mask
    parts = cc3d.connected_components(grown, connectivity=26, out_dtype=np.uint32).view(np.int32)
    return Foreground(Packed(np.packbits(mask, axis=2), probability.shape), parts, _boxes(parts))


def slabs(shape: Shape) -> Iterator[Box]:
    """Yield boxes that make up a volume of that shape, along z."""
    for start in range(0, shape[0], SLAB):
        yield Box((start, 0, 0), (min(start + SLAB, shape[0]), shape[1], shape[2]))


def _mask(probability: Voxels, threshold: float) -> NDArray[np.bool_]:
    mask = np.empty(probability.shape, dtype=bool)
    read = smoothed if threshold < 1 else values
    for box in slabs(probability.shape):
        mask[box.slices] = read(probability, box) >= threshold
    return mask


def _dilated(mask: NDArray[np.bool_], voxels: int) -> NDArray[np.bool_]:
    from scipy.ndimage import maximum_filter

    grown: NDArray[np.bool_] = maximum_filter(mask, 2 * voxels + 1)
    return grown


def _boxes(parts: NDArray[np.int32]) -> list[Box]:
    import cc3d

    found: NDArray[Any] = cc3d.statistics(parts.view(np.uint32), no_slice_conversion=True)["bounding_boxes"]
    boxes = [tuple(int(value) for value in row) for row in found[1:]]
    return [Box((z, y, x), (dz + 1, dy + 1, dx + 1)) for z, dz, y, dy, x, dx in boxes]
