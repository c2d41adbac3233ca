"""Strokes as so many points each, evenly along their way."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.sketch import Stroke

BETWEEN = 1.0


def sampled(strokes: Sequence[Stroke], count: int) -> NDArray[np.float32]:
    """Return (N, count, 2): the strokes of a sketch as the network reads them, in the sketch's own units.

    Each begins at its first point and ends at its last, and every point is as far along the pen's way as the next.  A
    stroke without length stays where it is.
    """
    points = np.concatenate([stroke.points for stroke in strokes])
    sizes = np.array([len(stroke.points) for stroke in strokes])
    first = np.cumsum(sizes) - sizes
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    steps[first[1:]] = BETWEEN  # from one stroke to the next nothing is drawn, and nothing is sampled
    way = np.cumsum(steps)
    start, stop = way[first], way[first + sizes - 1]
    at = start[:, None] + (stop - start)[:, None] * np.linspace(0, 1, count)
    # Ways that add up along the whole sketch may end a hair beyond their stroke, where the next one is already near.
    at = np.clip(at, start[:, None], stop[:, None]).ravel()
    found = np.column_stack([np.interp(at, way, points[:, 0]), np.interp(at, way, points[:, 1])])
    return found.reshape(len(strokes), count, 2).astype(np.float32)
