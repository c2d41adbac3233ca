"""Strokes thinner than a network can outline: it learns and finds the surroundings, the picture says what is ink.

A line of two pixels that is found half a pixel off shares a third of its pixels with the truth, and its box next to
nothing if it runs along an axis. Widened by a margin both forgive that; cut down to the ink they are exact again.

H, W: pixels of a picture   N: instances
"""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from maskline.model.crops import Crops
from maskline.model.preprocess import to_channels

TRACE = 0.2
"""Share of a frame's pixel that a stroke must cover to be seen there: a thin one may cover half of no pixel."""
MARGIN_PX = 1
"""Pixels of the network's frame by which a mask is widened at every side."""
BOX_MARGIN_PX = 2
"""Pixels of the network's frame by which a box is, so that the widened mask ends inside it."""


def surroundings(masks: Crops, size: tuple[int, int]) -> Crops:
    """Scale masks to a frame of `size`, (h, w), and widen them by MARGIN_PX at every side."""
    return masks.scaled(size, TRACE).widened(MARGIN_PX)


def widened(boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Widen boxes, (N, 4) as x0, y0, x1, y1, by BOX_MARGIN_PX at every side, within a frame of `size`, (h, w)."""
    outward = boxes.new_tensor([-BOX_MARGIN_PX, -BOX_MARGIN_PX, BOX_MARGIN_PX, BOX_MARGIN_PX])
    return (boxes + outward).clamp_(min=0).minimum(boxes.new_tensor([size[1], size[0]] * 2))


def ink(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return the ink, (H, W), of a grey (H, W) or RGB (H, W, 3) picture: the smaller side of Otsu's threshold.

    Paper covers more than half of any drawing, so ink is dark on light paper and light on a dark ground.

    Otsu, A threshold selection method from gray-level histograms (1979): the threshold that parts the pixels into the
    two groups whose means differ most, weighed by their sizes. A picture of one grey has no ink.
    """
    grey = to_channels(picture, 1)[0].numpy()
    counts = np.bincount(grey.ravel(), minlength=256).astype(np.float64)
    below, weighed = counts.cumsum(), (counts * np.arange(256)).cumsum()
    above = below[-1] - below
    # (mean above - mean below) ** 2 * below * above, without its divisions by the empty groups
    apart = (weighed * below[-1] - weighed[-1] * below) ** 2 / np.maximum(below * above, 1)
    dark = grey <= (apart.argmax() if apart.any() else -1)
    return np.asarray(~dark if dark.mean() > 0.5 and apart.any() else dark)
