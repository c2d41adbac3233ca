"""Instances that membranes part, where all of a volume is inside one: a watershed and a multicut of boundaries."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskline.contract.config import Config
from maskline.volumes.instances.adjacency import contacts
from maskline.volumes.instances.multicut import costs, multicut
from maskline.volumes.instances.watershed import STEP, flood, markers, thresholds


class Membranes(Config):
    """How boundaries become instances."""

    threshold_boundary: float = Field(
        default=0.5, gt=0, le=1, description="probability from which on a voxel is membrane when centres are looked for"
    )
    smoothing: float = Field(
        default=2.0, ge=0, description="voxels, standard deviation: of the distance from the membranes, for centres"
    )
    boundary_quantile: float = Field(
        default=0.25,
        ge=0,
        le=1,
        description="share of the contacts of two fragments whose probability is not above what counts for them all: "
        "the lower, the smaller a gap in a membrane puts them together",
    )
    boundary_bias: float = Field(default=0.5, gt=0, lt=1, description="of the multicut: the higher, the more is split")


def segment_membranes(boundaries: NDArray[np.float32], options: Membranes) -> NDArray[np.int32]:
    """Return the instance of every voxel, (z, y, x), counted from 1 in the order of their first voxels.

    boundaries: (z, y, x), the probability that a voxel is membrane.
    """
    return put_together(fragments(boundaries, options), boundaries, options)


def fragments(boundaries: NDArray[np.float32], options: Membranes) -> NDArray[np.integer[Any]]:
    """Return a watershed of boundaries, (z, y, x), from centres that lie far from all membranes."""
    from bioimage_cpp.distance import distance_transform
    from scipy.ndimage import gaussian_filter

    inside, everywhere = boundaries < options.threshold_boundary, np.ones(boundaries.shape, dtype=bool)
    if inside.all() or not inside.any():
        return everywhere.astype(np.int32)
    away = gaussian_filter(distance_transform(inside), options.smoothing)
    return flood(-boundaries, *markers(away, everywhere, thresholds(STEP, float(away.max()))), everywhere)


def put_together(
    fragments: NDArray[np.integer[Any]], boundaries: NDArray[np.float32], options: Membranes
) -> NDArray[np.int32]:
    """Return fragments, (z, y, x), 0 for none, put together where membranes have gaps.

    A cut costs its log-odds for every contact: two fragments that touch widely say more than two that hardly do.
    """
    touching = contacts(fragments)
    means = boundaries.ravel()[touching.voxels].astype(np.float64).mean(axis=1)
    odds = costs(touching.quantile(means, options.boundary_quantile), options.boundary_bias)
    clusters = multicut(int(fragments.max()), touching.pairs - 1, odds * touching.sizes)
    joined: NDArray[np.int32] = np.append(0, clusters + 1).astype(np.int32)[fragments]
    return joined
