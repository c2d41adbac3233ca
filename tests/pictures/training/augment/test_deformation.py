"""Deformations are as strong as said, and no stronger."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from maskline.pictures.training.augment.config import AugmentationConfig
from maskline.pictures.training.augment.deformation import affine, deformation, elastic

Options = Callable[..., AugmentationConfig]
SIZE = HEIGHT, WIDTH = 100, 160


def drawn(config: AugmentationConfig) -> list[Any]:
    return [affine(SIZE, config, np.random.default_rng(seed)) for seed in range(200)]


def test_a_rotation_keeps_the_middle_and_lengths_and_reaches_its_angle(options: Options) -> None:
    angles = []
    for matrix in drawn(options(rotation_deg=10)):
        assert matrix @ [79.5, 49.5, 1] == pytest.approx([79.5, 49.5])
        assert matrix[:, :2] @ matrix[:, :2].T == pytest.approx(np.eye(2))
        angles.append(math.degrees(math.atan2(matrix[1, 0], matrix[0, 0])))
    assert -10 <= min(angles) < -9
    assert 9 < max(angles) <= 10


def test_a_shift_is_a_share_of_each_side(options: Options) -> None:
    shifts = np.array([matrix @ [79.5, 49.5, 1] - [79.5, 49.5] for matrix in drawn(options(shift=0.05))])
    assert (np.abs(shifts) <= [8, 5]).all()
    assert (np.abs(shifts).max(0) > [7.5, 4.5]).all()


def test_width_and_height_are_stretched_each_by_itself(options: Options) -> None:
    stretches = np.array([np.diag(matrix[:, :2]) for matrix in drawn(options(stretch=[0.5, 2]))])
    assert 0.5 <= stretches.min() < 0.55
    assert 1.9 < stretches.max() <= 2
    assert abs(np.corrcoef(np.log(stretches).T)[0, 1]) < 0.2
    assert abs(np.log(stretches).mean()) < 0.1


def test_sheared_lines_lean_and_level_ones_stay_level(options: Options) -> None:
    leans = []
    for matrix in drawn(options(shear_deg=20)):
        assert matrix[:, 0] == pytest.approx([1, 0])
        leans.append(math.degrees(math.atan2(matrix[0, 1], matrix[1, 1])))
    assert -20 <= min(leans) < -19
    assert 19 < max(leans) <= 20


def test_rubber_is_bent_by_at_most_so_much_and_never_folds() -> None:
    for seed in range(20):
        bend = elastic(SIZE, 15, 32, np.random.default_rng(seed)).astype(float)
        assert 3 < np.abs(bend).max() <= 15
        x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT)) + bend
        area = (
            np.diff(x, axis=1)[:-1] * np.diff(y, axis=0)[:, :-1] - np.diff(x, axis=0)[:, :-1] * np.diff(y, axis=1)[:-1]
        )
        assert area.min() > 0


def test_knots_that_all_move_alike_move_everything_by_that() -> None:
    class Alike(np.random.Generator):
        def uniform(self, _low: float, high: float, shape: tuple[int, ...]) -> Any:  # type: ignore[override]
            return np.full(shape, high)

    assert elastic(SIZE, 4, 7.3, Alike(np.random.PCG64(0))) == pytest.approx(np.full((2, *SIZE), 4.0), rel=1e-5)


@pytest.mark.parametrize("name", ["affine_share", "elastic_share"])
def test_so_many_pictures_are_deformed_and_none_by_default(name: str, options: Options) -> None:
    def draw(seed: int) -> Any:
        return lambda use: np.random.default_rng([seed, use])

    found = [deformation((9, 9), options(**{name: 0.3}), 1, draw(seed)) is not None for seed in range(500)]
    assert 0.25 < np.mean(found) < 0.35
    assert not any(deformation((9, 9), options(), 1, draw(seed)) for seed in range(50))


def test_pixels_of_the_frame_are_told_in_pixels_of_the_picture(options: Options) -> None:
    warp = deformation(SIZE, options(elastic_share=1), 0.5, np.random.default_rng)
    assert warp is not None
    assert warp.reach == 10
    assert 1.5 < np.abs(warp.bend).max() <= 10
