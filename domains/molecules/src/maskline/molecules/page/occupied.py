"""Where ink lies already.

N: boxes asked about   K: obstacles
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
TOLERANCE = 1e-6
"""Pixels: rounding must not bring together what was put exactly a gap apart."""


class Occupied:
    """Thick segments and boxes that nothing else may come near; empty at first."""

    def __init__(self) -> None:
        # A row is an obstacle: centre x, y; half extents x, y; half its direction x, y; reach.  A box is an obstacle
        # without a direction, so that one test serves both.
        self._rows = np.zeros((0, 7))

    def add_segments(self, ends: FloatArray, reaches: FloatArray) -> None:
        """Occupy segments.  ends: (K, 2, 2).  reaches: (K,), how far their ink lies from them."""
        direction = (ends[:, 1] - ends[:, 0]) / 2
        rows = [ends.mean(axis=1), np.abs(direction), direction, reaches[:, None]]
        self._rows = np.concatenate([self._rows, np.concatenate(rows, axis=1)])

    def add_boxes(self, boxes: FloatArray) -> None:
        """Occupy boxes.  boxes: (K, 4)."""
        rows = np.zeros((len(boxes), 7))
        rows[:, :2] = (boxes[:, :2] + boxes[:, 2:]) / 2
        rows[:, 2:4] = (boxes[:, 2:] - boxes[:, :2]) / 2
        self._rows = np.concatenate([self._rows, rows])

    def free(self, boxes: FloatArray, gap: float) -> npt.NDArray[np.bool_]:
        """Say which boxes keep a gap to every obstacle.  boxes: (N, 4).  Returns (N,).

        By separating axes: the box's two and the segment's normal.  The box grows by gap and reach with square
        corners, so what is free here is free by the true distance, too.
        """
        half = (boxes[:, 2:] - boxes[:, :2])[:, :, None] / 2 + (self._rows[:, 6] + (gap - TOLERANCE))  # (N, 2, K)
        apart = (boxes[:, 2:] + boxes[:, :2])[:, :, None] / 2 - self._rows[:, :2].T
        near = np.abs(apart) < self._rows[:, 2:4].T + half
        dx, dy = self._rows[:, 4], self._rows[:, 5]
        across = np.abs(dx * apart[:, 1] - dy * apart[:, 0]) <= half[:, 0] * np.abs(dy) + half[:, 1] * np.abs(dx)
        free: npt.NDArray[np.bool_] = np.logical_not(np.any(near[:, 0] & near[:, 1] & across, axis=1))
        return free
