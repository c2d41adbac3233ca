"""The weights with which masks within boxes are scaled, as a picture is.

K: pixels that share in a scaled one, at most
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from maskline.pictures.preprocessing.frame import scaled_line


@dataclass(frozen=True, slots=True)
class Bands:
    """How the pixels along one axis share in those of a scaled picture; few in each, so only these are kept.

    starts: (scaled,), the first pixel of each band, perhaps outside the picture.  shares: (scaled, K) float32.
    first, last: (scaled,), the first and the last pixel with a share.
    """

    starts: NDArray[np.int64]
    shares: NDArray[np.float32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def weights(self, start: int, end: int) -> tuple[int, NDArray[np.float32]]:
        """Return the first scaled pixel that holds a part of pixels start..end - 1, and the shares from it on.

        Shares are (scaled pixels, end - start).
        """
        near, far = np.searchsorted(self.last, start), np.searchsorted(self.first, end)
        band = self.shares.shape[1]
        weights = np.zeros((far - near, end - start + 2 * band), np.float32)  # a band of room on either side
        firsts = np.arange(far - near) * weights.shape[1] + self.starts[near:far] - start + band
        weights.reshape(-1)[firsts[:, None] + np.arange(band)] = self.shares[near:far]
        return int(near), weights[:, band:-band]


@lru_cache(maxsize=256)
def bands(pixels: int, scaled: int) -> Bands:
    """Return how `pixels` share in `scaled` ones.

    The weights are read off torch's own scaling: every K-th pixel at a time, so that none hides behind another.
    """
    reach = max(1.0, pixels / scaled)  # of the filter, in pixels to either side
    band = 2 * math.ceil(reach) + 3
    combs = np.arange(pixels) % band == np.arange(band)[:, None]
    found = scaled_line(torch.from_numpy(combs).float(), scaled).numpy()
    starts = np.floor((np.arange(scaled) + 0.5) * pixels / scaled - reach).astype(np.int64) - 1
    places = starts[:, None] + np.arange(band)
    shares = np.where((places >= 0) & (places < pixels), found[places % band, np.arange(scaled)[:, None]], 0)
    some = shares > 0
    return Bands(starts, shares, starts + some.argmax(1), starts + band - 1 - some[:, ::-1].argmax(1))
