"""The objects of a batch, each on its own.

S: strokes   B: objects
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from maskline.strokes.networks.batch import Strokes
from maskline.strokes.training.items import NONE, Drawings
from maskline.strokes.training.scenes import LUCK

GOLDEN = 0.6180339887


@dataclass(frozen=True, slots=True)
class Objects:
    """Every object of a batch on its own.  category: (B,).  part, instance: (S,).  luck: (B, L)."""

    strokes: Strokes
    category: Tensor
    part: Tensor
    instance: Tensor
    luck: Tensor


def apart(drawings: Drawings) -> Objects:
    """Return every object of a batch on its own, normalised; strokes of no object are left out."""
    one = drawings.sketch * (int(drawings.object.max()) + 1) + drawings.object
    mine = torch.nonzero(drawings.object != NONE)[:, 0]
    mine = mine[one[mine].argsort(stable=True)]
    _, counts = one[mine].unique_consecutive(return_counts=True)
    first = mine[counts.cumsum(0) - counts]
    # Objects of one sketch must not share their luck: each is moved on by the golden ratio (van der Corput).
    luck = (drawings.luck[drawings.sketch[first]] + drawings.object[first][:, None] * GOLDEN) % 1
    strokes = Strokes.numbered(drawings.points[mine], counts).normalised()
    return Objects(strokes, drawings.category[first], drawings.part[mine], drawings.instance[mine], luck[:, -LUCK:])
