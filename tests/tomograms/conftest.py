"""What tests of tomograms share: options, specimens and tomograms that are drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from maskline.contract.config import parse
from maskline.tomograms.categories import table
from maskline.tomograms.entry import domain
from maskline.tomograms.kinds import kinds
from maskline.tomograms.options import DrawingOptions
from maskline.tomograms.specimen.specimen import Specimen, specimen
from maskline.tomograms.tomogram import Drawn, drawn

BALL = {"name": "ball", "parts": [{"shape": "ball", "radii_a": [60, 60, 60]}], "texture": 0}


@pytest.fixture(scope="session")
def draw() -> Callable[..., list[Drawn]]:
    """Draw the first tomograms of a preset: draw(preset, count, **overrides)."""
    return _tomograms


def _tomograms(preset: str, count: int, **overrides: Any) -> list[Drawn]:
    options = domain.drawing(preset, overrides)
    ids = {category.name: category.id for category in table(options.classes).categories}
    found = kinds(options)
    return [drawn(options, found, ids, np.random.default_rng([7, index])) for index in range(count)]


@pytest.fixture(scope="session")
def balls() -> Callable[..., Specimen]:
    """Draw a specimen of balls of 60 angstrom, whose surface is at half of their density: balls(seed, **specimen)."""
    return _balls


def _balls(seed: int, **specimen_options: Any) -> Specimen:
    values = {"own": [BALL], "families": {"ball": 1}, "surface": 0.5, "specimen": {"ice": 0} | specimen_options}
    options = parse(DrawingOptions, values, "drawing")
    return specimen(
        (64, 80, 72),
        kinds(options),
        options.surface,
        options.voxel_size_a,
        options.specimen,
        np.random.default_rng(seed),
    )
