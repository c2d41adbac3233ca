"""Which pixels of a mask hang together.

h, w: the mask's sides in pixels   R: runs, the stretches of its rows   L: links between runs of neighbouring rows
"""

import numpy as np
import numpy.typing as npt

from maskline.contract.coco.rle import Mask

Labels = npt.NDArray[np.int64]


def components(mask: Mask, *, over_corners: bool) -> Labels:
    """Return (h, w), the part of every pixel: from 1 on, in the order of their first pixels row by row; 0 is no mask.

    over_corners: whether pixels that share no more than a corner hang together (8 neighbours instead of 4).
    """
    h, w = mask.shape
    stride = w + 2  # a pixel of ground before and after each row, so that no run goes on in the next one
    padded = np.zeros((h, stride), bool)
    padded[:, 1:-1] = mask
    edges = np.flatnonzero(padded.ravel()[1:] != padded.ravel()[:-1]) + 1
    begins, ends = edges[::2], edges[1::2]
    parts = _parts(len(begins), *_links(begins, ends, stride, int(over_corners)))
    labels = np.zeros(h * stride, np.int64)
    labels[begins], labels[ends] = parts, -parts
    return labels.cumsum().reshape(h, stride)[:, 1:-1]


def ground(mask: Mask) -> Labels:
    """Return (h, w), the parts of the ground: 1 is reached from beyond the border, from 2 on holes; 0 is the mask."""
    h, w = mask.shape
    around = np.ones((h + 2, w + 2), bool)
    around[1:-1, 1:-1] = ~mask
    return components(around, over_corners=False)[1:-1, 1:-1]


def _links(
    begins: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], stride: int, corner: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return (L,), (L,): runs, and those of the row above that lie beside them.  begins, ends: (R,), row by row."""
    first = np.searchsorted(ends, begins - stride - corner, side="right")
    counts = np.searchsorted(begins, ends - stride + corner) - first
    starts = np.cumsum(counts) - counts
    return np.repeat(np.arange(len(begins)), counts), np.arange(counts.sum()) + np.repeat(first - starts, counts)


def _parts(runs: int, one: npt.NDArray[np.intp], other: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return (R,), the part of every run, from 1 on.  Each turn hangs leaders below the lowest one beside them."""
    leader = np.arange(runs)
    while (differ := leader[one] != leader[other]).any():
        pair = leader[one[differ]], leader[other[differ]]
        np.minimum.at(leader, np.maximum(*pair), np.minimum(*pair))
        while (leader[leader] != leader).any():
            leader = leader[leader]
    return np.cumsum(leader == np.arange(runs))[leader]
