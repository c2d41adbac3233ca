"""Semantic labels: as a foreground, and as what instances must touch."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.instances.foreground import slabs
from maskline.volumes.voxels import Box, Shape, Voxels


@dataclass(frozen=True)
class Labelled:
    """Voxels of some semantic labels, read as probabilities: 1 where one of the labels is, else 0.

    In the place of a network's foreground it is what instances are found in.
    """

    semantic: Voxels
    labels: Collection[int]

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        return self.semantic.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read."""
        return np.dtype(np.float32)

    def read(self, box: Box) -> NDArray[np.float32]:
        """Return the voxels of a box."""
        return np.isin(self.semantic.read(box), sorted(self.labels)).astype(np.float32)


def touching(
    instances: NDArray[np.int32], semantic: Voxels, labels: Collection[int], within: float
) -> NDArray[np.int32]:
    """Return the instances, (z, y, x), that come as near as so many voxels to one of some semantic labels.

    Those kept keep their numbers, the others become 0.  Raises InvalidInput if the volumes' shapes differ.
    """
    if tuple(semantic.shape) != instances.shape:
        raise InvalidInput(
            f"the instances are {instances.shape} voxels and the semantic labels {tuple(semantic.shape)}"
        )
    kept = np.zeros(int(instances.max(initial=0)) + 1, dtype=bool)
    for box in slabs(semantic.shape):
        read = box.grown(int(np.ceil(within)), semantic.shape)
        near = _near(np.isin(semantic.read(read), sorted(labels)), within)
        kept[instances[read.slices][near]] = True
    kept[0] = False
    return np.where(kept[instances], instances, 0)


def _near(mask: NDArray[np.bool_], within: float) -> NDArray[np.bool_]:
    """Return what lies so near to a mask."""
    from bioimage_cpp.distance import distance_transform

    if not mask.any() or within == 0:
        return mask
    found: NDArray[np.bool_] = distance_transform(~mask) <= within
    return found
