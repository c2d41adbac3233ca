"""Curves through points.

P: points of a line   C: points that a curve goes through
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
STEPS = 8
"""Points of a curve from one of the points that it goes through to the next."""
CIRCLE = np.linspace(0, 2 * np.pi, 41)
_HALF_TURN = np.linspace(0, np.pi, 10)
BUMP = np.stack([(1 - np.cos(_HALF_TURN)) / 2, np.sin(_HALF_TURN)], axis=1)
"""(P, 2): half a circle of width 1: how far along, and how far out, over its width."""


def spline(points: Points, *, closed: bool) -> Points:
    """Return a curve through points, (C, 2) -> (P, 2): the spline of Catmull and Rom, 1974, with even steps."""
    return _weights(len(points), closed) @ points


@lru_cache(maxsize=256)
def _weights(count: int, closed: bool) -> Points:  # noqa: FBT001 - a cache's key
    """Return how much each of the points counts at each point of the curve, (P, C)."""
    u = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    basis = np.concatenate(
        [-u + 2 * u**2 - u**3, 2 - 5 * u**2 + 3 * u**3, u + 4 * u**2 - 3 * u**3, u**3 - u**2], axis=1
    )
    pieces = count if closed else count - 1
    weights = np.zeros((pieces * STEPS + 1, count))
    for piece in range(pieces):
        for near in range(4):
            at = piece + near - 1
            at = at % count if closed else min(max(at, 0), count - 1)
            weights[piece * STEPS : (piece + 1) * STEPS, at] += basis[:, near] / 2
    weights[-1, 0 if closed else -1] = 1
    return weights


def jointed(lines: Points) -> Points:
    """Return lines, each of which begins where the one before ends, as one: (N, P, 2) -> (N * (P - 1) + 1, 2)."""
    return np.concatenate([lines[:, :-1].reshape(-1, 2), lines[-1, -1:]])
