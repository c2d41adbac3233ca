"""A large volume is shown small: means of cubes, and labels that no mean could make."""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.volumes.viewer.reduction import means, middles, reduced, step_of
from maskline.volumes.voxels import Box, InMemory, Shape

# One of several bricks along each side but z, whose seams no cube keeps to.
SHAPE = (7, 130, 259)


def cubes(shape: Shape, step: int) -> dict[Shape, Box]:
    """Which voxels each cube has, the last along a side cut short."""
    z, y, x = (range(0, side, step) for side in shape)
    depth, height, width = shape
    return {
        (a // step, b // step, c // step): Box(
            (a, b, c), (min(a + step, depth), min(b + step, height), min(c + step, width))
        )
        for a, b, c in product(z, y, x)
    }


@pytest.mark.parametrize(
    ("shape", "step"),
    [
        ((1, 1, 1), 1),
        ((64, 256, 256), 1),  # 4 Mi voxels
        ((65, 256, 256), 2),
        ((10, 10, 257), 2),
        ((128, 128, 128), 1),
        ((200, 630, 630), 3),
        ((1000, 1000, 1000), 7),  # 143^3 are 2.9 million, 167^3 are 4.7 million
    ],
)
def test_a_volume_is_reduced_no_more_than_it_must_be(shape: Shape, step: int) -> None:
    assert step_of(shape) == step


@pytest.mark.parametrize("step", [1, 2, 3, 5, 9])
def test_greys_are_the_means_of_cubes(step: int) -> None:
    values = np.random.default_rng(step).standard_normal(SHAPE, np.float32)

    found = means(InMemory(values), step)

    assert found.shape == reduced(SHAPE, step)
    for place, box in cubes(SHAPE, step).items():
        assert math.isclose(found[place], values[box.slices].mean(dtype=np.float64), abs_tol=1e-6)


@pytest.mark.parametrize("step", [1, 2, 3, 5, 9])
def test_a_label_is_that_of_the_voxel_in_the_middle(step: int) -> None:
    labels = np.arange(math.prod(SHAPE), dtype=np.uint32).reshape(SHAPE)

    found = middles(InMemory(labels), step)

    for place in cubes(SHAPE, step):
        middle = tuple(min(at * step + step // 2, side - 1) for at, side in zip(place, SHAPE, strict=True))
        assert found[place] == labels[middle]


def test_no_more_than_a_brick_is_read_at_a_time() -> None:
    class Watched(InMemory):
        def read(self, box: Box) -> NDArray[Any]:
            assert math.prod(box.shape) <= 128**3
            return np.zeros(box.shape, np.uint8)

    volume = Watched(np.broadcast_to(np.uint8(0), (400, 400, 400)))

    assert not means(volume, 4).any()
    assert not middles(volume, 4).any()
