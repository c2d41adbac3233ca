"""What tests of cells share: samples that are drawn, and their masks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from maskline.cells.entry import domain
from maskline.contract.coco import rle
from maskline.contract.shard import Sample

Draw = Callable[..., list[Sample]]
Masks = npt.NDArray[np.bool_]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draw the first samples of a preset: draw(preset, count, **overrides)."""
    return _samples


def _samples(preset: str, count: int, **overrides: Any) -> list[Sample]:
    renderer = domain.open(domain.drawing(preset, overrides))
    return [renderer.draw(i, "train", np.random.default_rng([7, i])) for i in range(count)]


@pytest.fixture(scope="session")
def masks() -> Callable[[Sample], Masks]:
    """Decode the masks of a sample: (N, H, W)."""
    return _masks


def _masks(sample: Sample) -> Masks:
    size = (0, sample.image["height"], sample.image["width"])
    found = [rle.decode(one["segmentation"]) for one in sample.annotations]
    return np.stack(found) if found else np.zeros(size, np.bool_)
