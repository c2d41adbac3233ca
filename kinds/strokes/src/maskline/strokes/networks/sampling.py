"""Strokes as so many points each, evenly along their way."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.sketch import Stroke


def resampled(points: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return (count, 2): from the first point to the last, each as far along the pen's way as the next.

    A dot stays where it is.
    """
    if len(points) == 1:
        return np.repeat(points, count, axis=0)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    if not way[-1]:
        return np.repeat(points[:1], count, axis=0)
    at = np.linspace(0, way[-1], count)
    return np.column_stack([np.interp(at, way, points[:, 0]), np.interp(at, way, points[:, 1])])


def sampled(strokes: Sequence[Stroke], count: int) -> NDArray[np.float32]:
    """Return (N, count, 2): the strokes of a sketch as the network reads them, in the sketch's own units."""
    return np.stack([resampled(stroke.points, count) for stroke in strokes]).astype(np.float32)
