"""The small pictures of the train stage's tests, and the networks that its presets ask for."""

from collections.abc import Callable

import pytest
from shapes import SHAPES, shapes

from maskline.contract.categories import CategoryTable
from maskline.contract.config import load_preset, parse
from maskline.contract.shard import Sample
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.entry import training


@pytest.fixture(scope="session")
def draw() -> Callable[[int], Sample]:
    """Draw sample number i."""
    return shapes


@pytest.fixture(scope="session")
def table() -> CategoryTable:
    """The classes of the shapes; ids are not positions."""
    return SHAPES


@pytest.fixture(scope="session")
def demo() -> Callable[..., ModelSpec]:
    """Describe the network of the preset demo; keywords are fields of the config."""

    def spec(**fields: object) -> ModelSpec:
        values = load_preset("maskline.pictures", "demo", "train preset") | {"name": "demo"} | fields
        return training.spec(parse(training.training_config, values, "demo"), SHAPES)

    return spec


@pytest.fixture
def spec(demo: Callable[..., ModelSpec]) -> ModelSpec:
    """The network of the preset demo."""
    return demo()
