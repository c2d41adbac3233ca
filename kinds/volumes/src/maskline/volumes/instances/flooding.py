"""From markers to fragments: a watershed of one part of the foreground."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Label = TypeVar("Label", bound=np.integer[Any])


def flood(
    distances: NDArray[np.float32 | np.float64], markers: NDArray[Label], count: int, mask: NDArray[np.bool_]
) -> NDArray[Label]:
    """Return the fragment of every voxel of the mask that a marker reaches, from neighbour to neighbour (of 6).

    distances, markers, mask: (z, y, x), in voxels, 0 to count, and bool.  Returns (z, y, x), of the markers' type.
    The distances are overwritten: a part's box may be most of the volume.
    As scikit-image floods: the greatest distances first, of equal ones those that were reached first.
    """
    if count == 0:
        return np.zeros_like(markers)
    if count == 1:
        return _whole(markers, mask)
    from skimage.segmentation import watershed

    found: NDArray[Label] = watershed(np.negative(distances, out=distances), markers, mask=mask)
    return found


def _whole(marker: NDArray[Label], mask: NDArray[np.bool_]) -> NDArray[Label]:
    """Return what one marker reaches, where no other can be in its way."""
    import cc3d

    pieces = cc3d.connected_components(mask, connectivity=6, out_dtype=np.uint32)
    reached = np.zeros(int(pieces.max()) + 1, dtype=marker.dtype)
    reached[pieces[marker > 0]] = 1
    reached[0] = 0
    return reached[pieces]
