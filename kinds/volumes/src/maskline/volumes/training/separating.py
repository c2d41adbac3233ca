"""From maps to instances while a network is trained: as simple as shows whether it learns."""

import numpy as np
from numpy.typing import NDArray

SURE = 0.5
"""Chance from which on a voxel is foreground."""
CENTRE_VOXELS = 2.0
"""Distance beyond which a voxel belongs to the middle of an instance."""
SMOOTHING_VOXELS = 0.5
"""Of distances: without it, noise of a tenth of a voxel makes middles of its own."""


def separated(maps: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return instances (z, y, x), numbered from 1, of maps (M, z, y, x) with chances.

    Middles that do not touch are flooded, from the highest distance down, up to where they meet.
    """
    from scipy.ndimage import gaussian_filter
    from skimage.measure import label
    from skimage.segmentation import watershed

    foreground, distance = maps[0] >= SURE, gaussian_filter(maps[1], SMOOTHING_VOXELS)
    markers = label(foreground & (distance > CENTRE_VOXELS))
    found: NDArray[np.int32] = watershed(-distance, markers, mask=foreground).astype(np.int32)
    return found
