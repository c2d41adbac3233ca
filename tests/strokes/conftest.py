"""Small tables and drawings that all tests of strokes share."""

import numpy as np
import pytest

from maskline.contract.categories import Category, CategoryTable
from maskline.strokes.sketch import Part, Sketch, Stroke, Thing
from maskline.strokes.spec import StrokeSpec

NAMES = ("car", "car/body", "car/wheel", "cow", "cow/body", "cow/left-foot", "cow/right-foot")


@pytest.fixture
def table() -> CategoryTable:
    categories = tuple(Category(id=number, name=name, colour="#336699") for number, name in enumerate(NAMES, 1))
    return CategoryTable(domain="sketches", policy="tests", categories=categories)


@pytest.fixture
def spec(table: CategoryTable) -> StrokeSpec:
    return StrokeSpec(
        architecture="relational",
        categories=table,
        points=16,
        width=32,
        layers=2,
        heads=2,
        feed_forward=48,
        relations=True,
    )


def ring(x: float, y: float, radius: float) -> Stroke:
    turn = np.linspace(0, 2 * np.pi, 20)
    return Stroke(np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)]))


def line(*points: tuple[float, float]) -> Stroke:
    return Stroke(np.array(points, dtype=np.float64))


@pytest.fixture
def car() -> Sketch:
    """A box on two wheels, each an instance."""
    strokes = (line((0, 0), (100, 0), (100, 40), (0, 40), (0, 0)), ring(25, 45, 12), ring(75, 45, 12))
    parts = (Part("body", (0,)), Part("wheel", (1,)), Part("wheel", (2,)))
    return Sketch("car/1", strokes, None, (Thing("car", (0, 1, 2), parts),))


@pytest.fixture
def cow() -> Sketch:
    """A body on a left foot of two strokes and a right one."""
    strokes = (ring(50, 30, 28), line((30, 55), (30, 80)), line((30, 80), (24, 84)), line((70, 55), (70, 80)))
    parts = (Part("body", (0,)), Part("left-foot", (1, 2)), Part("right-foot", (3,)))
    return Sketch("cow/1", strokes, None, (Thing("cow", (0, 1, 2, 3), parts),))
