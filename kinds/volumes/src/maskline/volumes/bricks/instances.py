"""Which instances a brick holds, and how much of each."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput

MOST = 2**32 - 1
"""The largest number of an instance."""


class Part(NamedTuple):
    """What a brick holds of an instance.

    instance: its number in the labels, from 1.  bbox: z, y, x, dz, dy, dx in voxels of the brick.  area: voxels.
    """

    instance: int
    bbox: tuple[int, int, int, int, int, int]
    area: int


def parts_of(labels: NDArray[np.uint32]) -> list[Part]:
    """Return the instances of a brick, (z, y, x) with 0 for none, by number."""
    places = np.flatnonzero(labels)
    instances, own = np.unique(labels.reshape(-1)[places], return_inverse=True)
    areas = np.bincount(own, minlength=len(instances))
    bounds = [
        _bounds(own, along, len(instances), side)
        for along, side in zip(np.unravel_index(places, labels.shape), labels.shape, strict=True)
    ]
    (z, dz), (y, dy), (x, dx) = bounds
    boxes = np.stack([z, y, x, dz, dy, dx], 1).tolist()
    return [Part(*one) for one in zip(instances.tolist(), map(tuple, boxes), areas.tolist(), strict=True)]


def ids_of(values: NDArray[Any]) -> NDArray[np.uint32]:
    """Return numbers of instances as they are kept.

    Raises InvalidInput for one with a fraction, below 0 or above 4,294,967,295, naming it.
    """
    kept: NDArray[np.uint32]
    if values.dtype.kind not in "bu" or values.dtype.itemsize > 4:
        fits = (values >= 0) & (values <= MOST)
        if values.dtype.kind == "f":
            fits &= np.floor(values) == values
        if not fits.all():
            raise InvalidInput(f"{values[~fits][0]} is no number of an instance: it must be a whole one, 0 to {MOST}")
    kept = values.astype(np.uint32)
    return kept


def _bounds(
    own: NDArray[np.intp], along: NDArray[np.intp], count: int, side: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where instances begin along an axis, and how far they reach.  own, along: instance and place of voxels."""
    there = np.bincount(own * side + along, minlength=count * side).reshape(count, side) > 0
    first = there.argmax(1)
    return first, side - there[:, ::-1].argmax(1) - first
