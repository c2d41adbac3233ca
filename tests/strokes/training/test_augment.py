"""A varied sketch is the same sketch, drawn by another hand: every stroke keeps what it is."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.contract.categories import CategoryTable
from maskline.strokes.classes import Classes, mirrored
from maskline.strokes.sketch import Sketch, to_sample
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.augment import augmented
from maskline.strokes.training.config import AugmentationConfig
from maskline.strokes.training.items import item_of

STRONG = AugmentationConfig(
    rotate=0.5, scale=0.3, shear=0.2, flip=0.5, warp=0.1, shift=0.1, stroke_rotate=0.2, stroke_scale=0.2, noise=0.02,
    density=1, trim=0.3, reverse=0.5, split=0.5, drop=0.5,
)  # fmt: skip


@pytest.fixture
def item(cow: Sketch, table: CategoryTable, spec: StrokeSpec) -> dict[str, torch.Tensor]:
    return item_of(to_sample(cow, 0, "cow", table), spec)


@pytest.fixture
def mirror(table: CategoryTable) -> NDArray[np.int64]:
    parts = Classes(table).parts
    return np.array([parts.index(mirrored(part)) for part in parts])


def varied(
    item: dict[str, torch.Tensor], mirror: NDArray[np.int64], seed: int = 0, **options: float
) -> dict[str, torch.Tensor]:
    return augmented(item, AugmentationConfig(**options), mirror, np.random.default_rng(seed))


def test_nothing_asked_for_moves_a_sketch_to_its_middle_and_leaves_it(
    item: dict[str, torch.Tensor], mirror: NDArray[np.int64]
) -> None:
    found = varied(item, mirror)
    moved = found["points"] - item["points"]

    torch.testing.assert_close(moved, moved[:1, :1].expand_as(moved), rtol=0, atol=1e-4)
    assert all(torch.equal(found[name], item[name]) for name in ("part", "object", "category", "instance"))


def test_a_mirrored_sketch_has_left_and_right_exchanged(
    item: dict[str, torch.Tensor], mirror: NDArray[np.int64], table: CategoryTable
) -> None:
    parts = Classes(table).parts
    found = varied(item, mirror, flip=1)

    assert [parts[number] for number in found["part"]] == [
        "cow/body",
        "cow/right-foot",
        "cow/right-foot",
        "cow/left-foot",
    ]
    assert found["points"][1].mean(0)[0] > found["points"][3].mean(0)[0]
    again = augmented(found, AugmentationConfig(flip=1), mirror, np.random.default_rng(0))
    assert torch.equal(again["part"], item["part"])


def test_a_stroke_that_is_torn_is_two_of_the_same_part_one_after_the_other(
    item: dict[str, torch.Tensor], mirror: NDArray[np.int64]
) -> None:
    found = varied(item, mirror, split=1)

    assert found["part"].tolist() == item["part"].repeat_interleave(2).tolist()
    assert found["instance"].tolist() == item["instance"].repeat_interleave(2).tolist()
    torch.testing.assert_close(found["points"][0::2, -1], found["points"][1::2, 0])


def test_a_stroke_drawn_backwards_has_the_same_points(item: dict[str, torch.Tensor], mirror: NDArray[np.int64]) -> None:
    torch.testing.assert_close(
        varied(item, mirror, reverse=1)["points"], varied(item, mirror)["points"].flip(1), rtol=0, atol=1e-3
    )


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_some_strokes_are_left_and_all_numbers_are_finite(
    item: dict[str, torch.Tensor], mirror: NDArray[np.int64], seed: int
) -> None:
    first, second = (augmented(item, STRONG, mirror, np.random.default_rng(seed)) for _ in range(2))

    assert 1 <= len(first["points"]) == len(first["part"]) == len(first["object"])
    assert torch.isfinite(first["points"]).all()
    assert all(torch.equal(first[name], second[name]) for name in first)
