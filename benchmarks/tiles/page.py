"""A page of drawn molecules, side by side."""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rdkit import rdBase

from maskline.contract.picture import decode
from maskline.molecules.entry import domain

BOND_LENGTH_PX = [26, 30]
SEED = 9
Pixels = NDArray[np.uint8]


def page(side: int) -> tuple[Pixels, int]:
    """Return a grey picture of `side` x `side` pixels filled with molecules, and how many instances they have."""
    drawn, instances, x, y, height = np.full((side, side), 255, np.uint8), 0, 0, 0, 0
    for picture, count in _molecules():
        h, w = picture.shape
        if x + w > side:
            x, y, height = 0, y + height, 0
        if y + h > side:
            break
        drawn[y : y + h, x : x + w] = picture
        instances, x, height = instances + count, x + w, max(height, h)
    return drawn, instances


def _molecules() -> Iterator[tuple[Pixels, int]]:
    """Yield drawings and how many instances each has."""
    style = {"clean": {"bond_length_px": BOND_LENGTH_PX, "rotation_degrees": [0, 0]}}
    renderer = domain.open(domain.drawing("clean", {"classes": {"aromatic": "drawn"}, "styles": style}))
    for number in itertools.count():
        with rdBase.BlockLogs():
            sample = renderer.draw(number, "val", np.random.default_rng([SEED, number]))
        picture = decode(sample.members["png"])
        yield (picture if picture.ndim == 2 else picture.min(axis=2)), len(sample.annotations)
