"""One mask put right.

h, w: the sides of its box in pixels
"""

import numpy as np

from maskline.contract.coco.components import components, ground
from maskline.contract.coco.rle import Mask
from maskline.pictures.correction.config import MaskRules


def without_holes(mask: Mask, rules: MaskRules) -> Mask:
    """Fill the holes of an (h, w) mask: ground that is not reached from beyond its box."""
    parts = ground(mask)
    sizes = np.bincount(parts.ravel(), minlength=2)
    filled = sizes <= (rules.largest_hole_px or mask.size)
    filled[:2] = [True, False]  # the mask itself, and the ground around it
    return np.asarray(filled[parts])


def without_fragments(mask: Mask, rules: MaskRules) -> Mask:
    """Remove the small parts of an (h, w) mask; of equally large ones the first row by row is the largest."""
    parts = components(mask, over_corners=True)
    sizes = np.bincount(parts.ravel(), minlength=2)
    sizes[0] = 0
    kept = sizes >= max(rules.fragment_px, rules.fragment_share * sizes.sum())
    kept[sizes.argmax()] = True
    kept[0] = False
    return np.asarray(kept[parts])


def holds_square(mask: Mask, side: int) -> bool:
    """Say whether an (h, w) mask holds a square of `side` x `side` pixels."""
    before = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.int64)  # pixels above and to the left
    before[1:, 1:] = mask.cumsum(0).cumsum(1)
    inside = before[side:, side:] - before[:-side, side:] - before[side:, :-side] + before[:-side, :-side]
    return bool((inside == side * side).any())
