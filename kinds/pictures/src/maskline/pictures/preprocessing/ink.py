"""Strokes thinner than a network can outline: it learns and finds the surroundings, the picture says what is ink.

A line of two pixels that is found half a pixel off shares a third of its pixels with the truth, and its box next to
nothing if it runs along an axis. Widened by a margin both forgive that; cut down to the ink they are exact again.

H, W: pixels of a picture   N: instances
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from maskline.pictures.preprocessing.crops import Crops

TRACE = 0.2
"""Share of a frame's pixel that a stroke must cover to be seen there: a thin one may cover half of no pixel."""
MARGIN_PX = 1
"""Pixels of the network's frame by which a mask is widened at every side."""
NEAR_PX = 9
"""Side of the square of the picture's pixels in which a stroke is as dark somewhere as its ink is."""
FAINTEST = 64
"""How dark ink is at least: a quarter of the strongest around, or it is noise."""
BOX_MARGIN_PX = 2
"""Pixels of the network's frame by which a box is, so that the widened mask ends inside it."""


def surroundings(masks: Crops, size: tuple[int, int]) -> Crops:
    """Scale masks to a frame of `size`, (h, w), and widen them by MARGIN_PX at every side."""
    return masks.scaled(size, TRACE).widened(MARGIN_PX)


def widened(boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Widen boxes, (N, 4) as x0, y0, x1, y1, by BOX_MARGIN_PX at every side, within a frame of `size`, (h, w)."""
    outward = boxes.new_tensor([-BOX_MARGIN_PX, -BOX_MARGIN_PX, BOX_MARGIN_PX, BOX_MARGIN_PX])
    return (boxes + outward).clamp_(min=0).minimum(boxes.new_tensor([size[1], size[0]] * 2))


def ink(dark: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which pixels are ink, (H, W), of how dark each is on white paper, (H, W): those that ink half covers.

    What it covers wholly is as dark as the darkest pixel near by.
    """
    window = np.ones((NEAR_PX, NEAR_PX), np.uint8)
    return np.asarray((dark >= FAINTEST) & (dark >= cv2.dilate(dark, window) // 2))
