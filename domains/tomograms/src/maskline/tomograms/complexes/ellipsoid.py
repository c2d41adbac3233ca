"""Ellipsoids."""

import numpy as np
from numpy.typing import NDArray


def beyond(places: tuple[NDArray[np.floating], ...], radii: tuple[float, ...]) -> NDArray[np.floating]:
    """Return how far outside of an ellipsoid around 0 places lie, below 0 inside, to first order; for a ball, exactly.

    places, radii: along z, y, x.  It is (k - 1) / |gradient of k|, k being the distance from 0 over the radius there.
    """
    near = np.float32(1e-3)  # of the middle, where k has no gradient
    squares = [(place / np.float32(radius)) ** 2 for place, radius in zip(places, radii, strict=True)]
    share = np.maximum(np.sqrt(squares[0] + squares[1] + squares[2]), near)
    steeps = [square / np.float32(radius) ** 2 for square, radius in zip(squares, radii, strict=True)]
    steep = np.maximum(np.sqrt(steeps[0] + steeps[1] + steeps[2]), near / np.float32(max(radii)))
    away: NDArray[np.floating] = (share - 1) * share / steep
    return away
