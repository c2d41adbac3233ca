"""Bricks as a volume again, of which only those that are asked for are read."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt
from maskline.contract.shard import Dataset, Sample
from maskline.volumes.bricks.encoding import decode
from maskline.volumes.voxels import Box, Shape, Voxels

Member = Literal["raw", "labels", "mask", "semantic"]
BRICKS_KEPT = 8
"""As many as a window can touch: 64 MiB of float32."""
SHARDS_KEPT = 4
"""Rows of bricks along x that a window can touch."""


def decode_raw(sample: Sample) -> NDArray[Any]:
    """Return a brick's values, (z, y, x), in their own type.  Raises Corrupt."""
    return _decoded(sample, "raw")


def decode_labels(sample: Sample) -> NDArray[np.uint32] | None:
    """Return the instances of a brick, (z, y, x), 0 for none; None: it is not labelled.  Raises Corrupt."""
    return _decoded(sample, "labels") if "labels" in sample.members else None


def decode_mask(sample: Sample) -> NDArray[np.uint8] | None:
    """Return where in a brick anything counts, (z, y, x), 0 or 1; None: all of it does.  Raises Corrupt."""
    return _decoded(sample, "mask") if "mask" in sample.members else None


def decode_semantic(sample: Sample) -> NDArray[np.uint16] | None:
    """Return the class of each voxel of a brick, (z, y, x); None: that is not known.  Raises Corrupt."""
    return _decoded(sample, "semantic") if "semantic" in sample.members else None


class BrickedVolume(Voxels):
    """One member of all bricks of a volume, as one; the last few bricks that were read are kept."""

    def __init__(
        self, images: Sequence[Mapping[str, Any]], sample: Callable[[int], Sample], member: Member = "raw"
    ) -> None:
        """Take the records of all bricks, and what returns the sample of each by its place among them.

        Raises Corrupt unless they are all of one volume.
        """
        self.image = images[0]
        self.images, self._sample, self._member = images, sample, member
        self._boxes = [box_of(image) for image in images]
        self._brick = lru_cache(BRICKS_KEPT)(lambda number: _decoded(sample(number), member))
        there = sum(math.prod(box.shape) for box in self._boxes)
        if there != math.prod(self.shape):
            raise Corrupt(f"volume {self.image['volume']}: its bricks hold {there} voxels, its shape is {self.shape}")

    @classmethod
    def of_samples(cls, samples: Sequence[Sample]) -> "BrickedVolume":
        """Return the volume whose bricks these are."""
        return cls([sample.image for sample in samples], samples.__getitem__)

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        z, y, x = self.image["volume_shape"]
        return z, y, x

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the member; the first brick is read for it."""
        return self._brick(0).dtype

    def member(self, name: Member) -> "BrickedVolume | None":
        """Return the same of another member; None if the volume has none."""
        there = name in self._sample(0).members
        return BrickedVolume(self.images, self._sample, name) if there else None

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box.  Raises Corrupt."""
        values = np.empty(box.shape, self.dtype)
        for number, brick in enumerate(self._boxes):
            start = np.maximum(box.start, brick.start)
            stop = np.minimum(box.stop, brick.stop)
            if (start < stop).all():
                values[_slices(start, stop, box.start)] = self._brick(number)[_slices(start, stop, brick.start)]
        return values


def volumes_of(dataset: Dataset, split: str) -> dict[str, BrickedVolume]:
    """Return the volumes of a split by name, in their order.

    Reads the documents, and later the shards that are asked for, of which the last few are kept.  Raises EmptySplit.
    """
    samples = lru_cache(SHARDS_KEPT)(lambda shard: list(dataset.samples(shard)))
    places: dict[str, list[tuple[Mapping[str, Any], str, int]]] = {}
    for shard in dataset.shards(split):
        for position, image in enumerate(dataset.document(shard)["images"]):
            places.setdefault(image["volume"], []).append((image, shard, position))

    def opened(own: Sequence[tuple[Mapping[str, Any], str, int]]) -> BrickedVolume:
        return BrickedVolume([image for image, _, _ in own], lambda number: samples(own[number][1])[own[number][2]])

    return {name: opened(own) for name, own in places.items()}


def _decoded(sample: Sample, member: Member) -> NDArray[Any]:
    values, shape = decode(sample.members[member]), tuple(sample.image["shape"])
    if values.shape != shape:
        raise Corrupt(f"{sample.stem}: its {member} has the shape {values.shape}, its record says {shape}")
    return values


def box_of(image: Mapping[str, Any]) -> Box:
    """Return the part of its volume that a record is."""
    z, y, x = image["start"]
    dz, dy, dx = image["shape"]
    return Box((z, y, x), (z + dz, y + dy, x + dx))


def _slices(start: NDArray[np.int_], stop: NDArray[np.int_], origin: Shape) -> tuple[slice, ...]:
    return tuple(slice(int(first) - at, int(last) - at) for first, last, at in zip(start, stop, origin, strict=True))
