"""Losses of mask logits, each the mean over regions of what a region's own class says.

R: regions over the whole batch   K: classes   M: cells along a mask grid's side
"""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor

SMOOTH = 1.0
"""Cells that a mask and its truth are taken to share beside what they do, so that an empty truth divides by no zero."""


def cross_entropy(logits: Tensor, classes: Tensor, targets: Tensor) -> Tensor:
    """Return the mean over regions and places.

    logits: (R, K, ...).  classes: (R,) int64.  targets: (R, ...) float32, 0 or 1.
    """
    return F.binary_cross_entropy_with_logits(_own(logits, classes), targets)


def dice(logits: Tensor, classes: Tensor, targets: Tensor) -> Tensor:
    """Return 1 - (2 sum(p g) + 1) / (sum(p p) + sum(g g) + 1), the mean over regions.

    logits: (R, K, M, M).  classes: (R,) int64.  targets: (R, M, M) float32, 0 or 1.
    Milletari et al. 2016, V-Net, https://arxiv.org/abs/1606.04797, equation 1. It weighs an instance of few cells like
    one that fills its box.
    """
    found, truth = _own(logits, classes).float().sigmoid().flatten(1), targets.flatten(1)
    both = 2 * (found * truth).sum(1) + SMOOTH
    return (1 - both / (found.square().sum(1) + truth.square().sum(1) + SMOOTH)).mean()


def _own(logits: Tensor, classes: Tensor) -> Tensor:
    return logits[torch.arange(len(classes), device=logits.device), classes]
