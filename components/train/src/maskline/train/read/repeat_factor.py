"""How often a pass shows each picture: those of rare classes more than once.

Repeat factor sampling, of Gupta, Dollar, Girshick 2019, LVIS: A Dataset for Large Vocabulary Instance Segmentation,
https://arxiv.org/abs/1908.03195: a picture is shown max(1, sqrt(share / f)) times, f the share of pictures that hold
the rarest of its classes.
"""

import numpy as np
from numpy.typing import NDArray


def repeated(holds: NDArray[np.bool_], share: float, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the numbers of the pictures of one pass, in their order, each as often as it is shown.

    holds: (pictures, classes), which picture holds which class.  share: classes that fewer pictures hold are rare;
    with 0 none is, and every picture is shown once.  rng: decides whether a broken number is rounded up.
    """
    found = holds.mean(axis=0)
    factors = np.sqrt(share / np.where(found > 0, found, 1))
    times = np.where(holds, factors, 0).max(axis=1, initial=1)
    whole = np.floor(times)
    more = rng.random(len(times)) < times - whole
    return np.repeat(np.arange(len(times)), whole.astype(np.intp) + more)
