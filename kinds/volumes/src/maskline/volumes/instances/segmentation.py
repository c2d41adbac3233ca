"""Instances of a volume, one part of its foreground after the other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.instances.adjacency import contacts
from maskline.volumes.instances.bilateral import REACH, bilateral
from maskline.volumes.instances.config import Instances
from maskline.volumes.instances.distances import OUTSIDE, distances
from maskline.volumes.instances.foreground import Foreground, foreground
from maskline.volumes.instances.multicut import costs, multicut
from maskline.volumes.instances.numbering import Numbering, in_order
from maskline.volumes.instances.smoothing import REACH as SMOOTHED
from maskline.volumes.instances.smoothing import values
from maskline.volumes.instances.watershed import flood, joined, markers, thresholds
from maskline.volumes.voxels import Box, Voxels, whole


@dataclass(frozen=True)
class Maps:
    """What a network says of every voxel, (z, y, x) each, of one shape.

    foreground, boundaries: probabilities, 0 to 1.  distances: voxels from the surface, below 0 outside.
    """

    foreground: Voxels
    distances: Voxels
    boundaries: Voxels

    def __post_init__(self) -> None:
        """Raise InvalidInput if the shapes differ."""
        shapes = {name: tuple(getattr(self, name).shape) for name in ("foreground", "distances", "boundaries")}
        if len(set(shapes.values())) > 1:
            told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise InvalidInput(f"a network's maps are of one shape; here they are {told}")


def segment(maps: Maps, options: Instances) -> NDArray[np.int32]:
    """Return the instance of every voxel, (z, y, x), counted from 1 in the order of their first voxels; 0 is none.

    Beside what it returns it holds a bit a voxel, and what one part of the foreground takes: no part depends on
    another.  Raises InvalidInput if a map has values that are not finite.
    """
    levels = thresholds(options.min_center_distance, options.max_center_distance)
    rising = levels[levels > 0]
    leaks = len(rising) > 0 and rising[0] <= OUTSIDE[options.distance_type]
    found = foreground(maps.foreground, options.threshold_foreground, 2 * SMOOTHED if leaks else 0)
    numbering = Numbering(found.parts)
    for number, box in enumerate(found.boxes, start=1):
        fragments = _fragments(maps.distances, options, rising, found, number)
        if options.merges:
            fragments = _merged(fragments, maps.boundaries, box, options.boundary_bias)
        numbering.take(number, box, fragments)
    labels = numbering.finish()
    if len(rising) < len(levels) and not labels.any():
        # Every voxel reaches the thresholds up to 0 and none the next: all of the volume is one marker.
        labels[...] = found.mask.read(whole(labels.shape))
    return labels


def _fragments(
    network: Voxels,
    options: Instances,
    levels: NDArray[np.float64],
    found: Foreground,
    number: int,
) -> NDArray[np.integer[Any]]:
    """Return what the watershed makes of one part, in its box."""
    box = found.boxes[number - 1]
    reached = distances(network, options.distance_type, options.distance_smoothing, found.mask, box)
    region = found.parts[box.slices] == number
    seeds, count = markers(reached, region, levels)
    region &= found.mask.read(box)
    fragments = flood(reached, seeds, count, region)
    if options.center_rise and count > 1:
        np.negative(reached, out=reached)  # flooding turned them round
        np.minimum(reached, options.max_center_distance, out=reached)
        return joined(fragments, reached, options.center_rise)
    return fragments


def _merged(fragments: NDArray[np.integer[Any]], boundaries: Voxels, box: Box, bias: float) -> NDArray[np.integer[Any]]:
    """Return fragments put together by the mean boundary between them, of two voxels that touch each."""
    # The multicut's answer depends on the order of its nodes.
    fragments = in_order(fragments[fragments > 0])[0][fragments]
    touching = contacts(fragments)
    if not len(touching.pairs):
        return fragments
    read = box.grown(REACH, boundaries.shape)
    at, places = np.unique(touching.voxels, return_inverse=True)
    z, y, x = (a + b - c for a, b, c in zip(np.unravel_index(at, fragments.shape), box.start, read.start, strict=True))
    filtered = bilateral(values(boundaries, read), np.ravel_multi_index((z, y, x), read.shape)).astype(np.float64)
    probability = touching.mean(filtered[places.reshape(touching.voxels.shape)].mean(axis=1))
    clusters = multicut(int(fragments.max()), touching.pairs - 1, costs(probability, bias))
    joined: NDArray[np.int32] = np.append(0, clusters + 1).astype(np.int32)[fragments]
    return joined
