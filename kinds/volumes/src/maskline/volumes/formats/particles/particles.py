"""Particles in tomograms.

N: particles
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Particles:
    """Where particles lie.

    centres: (N, 3) z, y, x in voxels of the tomogram that they were found in, as the file counts them.  classes: (N,).
    scores: (N,).  tomograms: the name of each particle's.  Each of these is None or empty where the file does not tell.
    voxel_size_a: of that tomogram; who has one of other voxels scales the centres.  None: untold, or not one for all.
    """

    centres: NDArray[np.float64]
    classes: NDArray[np.int64] | None = None
    scores: NDArray[np.float64] | None = None
    tomograms: Sequence[str] = ()
    voxel_size_a: float | None = None
