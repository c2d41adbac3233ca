"""Bricks as tensors, and the patches of them that a network sees.

N: instances of a brick
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskline.contract.errors import Corrupt
from maskline.contract.kind.training import Item
from maskline.volumes.training.targets import Boundary, targets_of

VOXELS = ("values", "classes", "distance", "boundary", "counts")
"""The tensors that have a value for each voxel."""


@dataclass(frozen=True, slots=True)
class Brick:
    """A part of a volume with its targets; each but the last is (z, y, x).

    values: float16, scaled.  classes: uint8, 0 outside of instances, else 1 + the class's place in the table.
    distance: float16, signed, voxels.  boundary: uint8, 0 or 1.  counts: uint8, 1 where anything counts.
    centres: (N, 3) int64, the middle of each instance's box, z, y, x.
    """

    values: Tensor
    classes: Tensor
    distance: Tensor
    boundary: Tensor
    counts: Tensor
    centres: Tensor

    @classmethod
    def of(cls, item: Item) -> "Brick":
        """Take an item apart."""
        return cls(**{name: item[name] for name in cls.__slots__})

    def item(self) -> dict[str, Tensor]:
        """Return it as an item."""
        return {name: getattr(self, name) for name in self.__slots__}


def brick_of(
    values: NDArray[np.float32],
    labels: NDArray[np.uint32],
    mask: NDArray[np.uint8] | None,
    classes: dict[int, int],
    limit: float,
    boundary: Boundary = "around",
) -> Brick:
    """Work out what is learned from a brick.

    values: scaled.  mask: where anything counts, None for everywhere.  classes: instance -> place of its class.
    limit: of distances, voxels.
    Raises Corrupt for an instance without a class.
    """
    instances, numbered = numbered_anew(labels)
    if unknown := [instance for instance in instances if instance not in classes]:
        raise Corrupt(f"instance {unknown[0]} is in a brick's labels, but not among its annotations")
    found = targets_of(numbered, limit, boundary)
    named = np.array([0, *(1 + classes[instance] for instance in instances)], np.uint8)
    counts = np.ones(labels.shape, np.uint8) if mask is None else (mask != 0).astype(np.uint8)
    return Brick(
        values=torch.from_numpy(values.astype(np.float16)),
        classes=torch.from_numpy(named[numbered]),
        distance=torch.from_numpy(found.distance.astype(np.float16)),
        boundary=torch.from_numpy(found.boundary.astype(np.uint8)),
        counts=torch.from_numpy(counts),
        centres=torch.from_numpy(_centres(numbered)),
    )


def patch_of(item: Item, side: int, on_instances: float, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Cut a cube out of a brick, by the names of VOXELS.

    side: voxels.  Where the brick is smaller, it is continued by its mirror image, in which nothing counts.
    on_instances: share of the cubes that hold the middle of an instance.
    """
    shape, centres = np.array(item["values"].shape), item["centres"].numpy()
    most = np.maximum(shape - side, 0)
    lowest, highest = np.zeros(3, np.int64), most
    if len(centres) and rng.random() < on_instances:
        centre = centres[rng.integers(len(centres))]
        lowest, highest = np.clip(centre - side + 1, 0, most), np.clip(centre, 0, most)
    start = rng.integers(lowest, highest, endpoint=True)
    cut = tuple(slice(int(at), int(at) + side) for at in start)
    patch = {name: item[name].numpy()[cut] for name in VOXELS}
    missing = [(0, side - found) for found in patch["values"].shape]
    if any(after for _, after in missing):
        patch = {
            name: np.pad(part, missing, "constant" if name == "counts" else "symmetric") for name, part in patch.items()
        }
    return patch


def numbered_anew(labels: NDArray[np.uint32]) -> tuple[list[int], NDArray[np.int32]]:
    """Return the instances of a brick, ascending, and its voxels numbered by their places there, from 1."""
    instances, place = np.unique(labels, return_inverse=True)
    background = int(instances[0] == 0)
    return instances[background:].tolist(), (place + 1 - background).astype(np.int32).reshape(labels.shape)


def _centres(numbered: NDArray[np.int32]) -> NDArray[np.int64]:
    from scipy.ndimage import find_objects

    middles = [[(side.start + side.stop) // 2 for side in box] for box in find_objects(numbered)]
    return np.array(middles, np.int64).reshape(-1, 3)
