"""Small matrices, multiplied so that every processor gives the same bits.

numpy hands `@` to a BLAS, whose kernels order and fuse operations as the processor at hand likes best: the last bit
differs from one to another, and where two places are equally good, so does what is drawn.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def product(left: Floats, right: Floats) -> Floats:
    """Return `left @ right`, added up from left to right.  left: (N, K), right: (K, M)."""
    total: Floats = left[:, :1] * right[0]
    for step in range(1, len(right)):
        total = total + left[:, step : step + 1] * right[step]
    return total
