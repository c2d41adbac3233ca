"""From maps to instances while a network is trained: as simple as shows whether it learns."""

import numpy as np
from numpy.typing import NDArray

SURE = 0.5
"""Chance from which on a voxel is foreground."""
RISE_VOXELS = 0.5
"""An instance's distance rises by so much above the pass to its neighbour's: a number that does not depend on how large
instances are, as a distance from which on voxels are middles would.
"""
SMOOTHING_VOXELS = 0.5
"""Of distances: without it, noise of a tenth of a voxel makes middles of its own."""


def separated(maps: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return instances (z, y, x), numbered from 1, of maps (M, z, y, x) with chances.

    Hills of distance that rise enough are flooded from the top down, up to where they meet.
    Soille 2003, Morphological Image Analysis, chapter 6: the dynamics of extrema, and markers made of them.
    """
    from scipy.ndimage import gaussian_filter
    from skimage.measure import label
    from skimage.morphology import reconstruction
    from skimage.segmentation import watershed

    foreground = maps[0] >= SURE
    distance = np.where(foreground, np.maximum(gaussian_filter(maps[1], SMOOTHING_VOXELS), 0), 0).astype(np.float64)
    # Flat parts of what rises from the lowered distance are as high as their hill, rounding aside.
    tops = distance - reconstruction(distance - RISE_VOXELS, distance) >= 0.999 * RISE_VOXELS
    found: NDArray[np.int32] = watershed(-distance, label(tops & foreground), mask=foreground).astype(np.int32)
    return found
