"""Closed contours as arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CONIC, ON, CUBIC = range(3)
"""Kinds of points, FreeType's and the library's."""


@dataclass(frozen=True, slots=True)
class Contours:
    """C contours with P points in all, those of one owner after each other."""

    points: npt.NDArray[np.float64]
    """(P, 2) picture pixels."""
    tags: npt.NDArray[np.uint8]
    """(P,) kinds of points."""
    lengths: npt.NDArray[np.intp]
    """(C,) points of each contour."""
    owners: npt.NDArray[np.intp]
    """(C,) whom it belongs to."""
