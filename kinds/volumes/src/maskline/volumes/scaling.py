"""Values of a volume as networks read them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.bricks.statistics import Statistics


def scaled(values: NDArray[Any], statistics: Statistics) -> NDArray[np.float32]:
    """Return values cut off at `low` and `high`, less the mean, in standard deviations.

    statistics: of the whole volume, so that a value means the same in all of it.
    Gold beads and dead pixels are far from everything else, and say no more by how far.
    """
    kept = np.clip(values.astype(np.float32), statistics.low, statistics.high)
    found: NDArray[np.float32] = (kept - np.float32(statistics.mean)) / np.float32(statistics.std or 1)
    return found
