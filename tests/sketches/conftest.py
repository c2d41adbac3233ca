"""What tests of sketches share: sketches that are drawn, and a category of one's own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from maskline.sketches.entry import domain
from maskline.strokes.sketch import Sketch, of_sample

Draw = Callable[..., list[Sketch]]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Draw the first sketches of a preset: draw(preset, count, **overrides)."""
    return _sketches


def _sketches(preset: str, count: int, **overrides: Any) -> list[Sketch]:
    drawing = domain.drawing(preset, overrides)
    renderer, table = domain.open(drawing), domain.categories(drawing)
    samples = (renderer.draw(i, "train", np.random.default_rng([7, i])) for i in range(count))
    return [of_sample(sample, table) for sample in samples]


@pytest.fixture
def centipede() -> dict[str, Any]:
    """A category as a user describes it: a body on 13 legs."""
    leg = {
        "part": "leg",
        "sides": True,
        "size": [0.1, 0.5],
        "copies": {"kind": "row", "count": 13, "start": [-0.9, 0.5], "stop": [0.9, 0.5]},
        "draw": [{"kind": "path", "points": [[0, 0], [0, 1]]}],
    }
    body = {"part": "body", "size": [2, 0.4], "draw": [{"kind": "ellipse"}], "pieces": [leg]}
    return {"category": "centipede", "looks": {"plain": {"pieces": [body]}}}
