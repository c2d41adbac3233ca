"""A varied sketch is the same sketch, drawn by another hand: every stroke keeps what it is."""

import numpy as np
import pytest
import torch

from maskline.contract.categories import CategoryTable
from maskline.strokes.classes import Classes
from maskline.strokes.sketch import Sketch, to_sample
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.augment import augmented
from maskline.strokes.training.config import AugmentationConfig
from maskline.strokes.training.items import Drawings, item_of, with_luck
from maskline.strokes.training.network import mirror_of

STRONG = AugmentationConfig(
    rotate=0.5, scale=0.3, shear=0.2, flip=0.5, warp=0.1, shift=0.1, stroke_rotate=0.2, stroke_scale=0.2, noise=0.02,
    density=1, trim=0.3, reverse=0.5, split=0.5, drop=0.5,
)  # fmt: skip


@pytest.fixture
def drawings(cow: Sketch, car: Sketch, table: CategoryTable, spec: StrokeSpec) -> Drawings:
    rng = np.random.default_rng(0)
    return Drawings.of([with_luck(item_of(to_sample(each, 0, "group", table), spec), rng) for each in (cow, car, cow)])


@pytest.fixture
def mirror(table: CategoryTable) -> torch.Tensor:
    return torch.tensor(mirror_of(Classes(table).parts))


def test_nothing_asked_for_moves_sketches_to_the_middle_and_leaves_them(
    drawings: Drawings, mirror: torch.Tensor
) -> None:
    found = augmented(drawings, AugmentationConfig(), mirror)

    assert torch.equal(found.part, drawings.part)
    assert torch.equal(found.sketch, drawings.sketch)
    for number in range(3):
        before, after = (each.points[each.sketch == number] for each in (drawings, found))
        factor = (after.amax((0, 1)) - after.amin((0, 1))) / (before.amax((0, 1)) - before.amin((0, 1)))
        torch.testing.assert_close(factor[0], factor[1])
        torch.testing.assert_close(after - after[:1, :1], (before - before[:1, :1]) * factor, rtol=0, atol=1e-4)
        torch.testing.assert_close(after.abs().amax(), torch.tensor(1.0))


def test_a_mirrored_sketch_has_left_and_right_exchanged(
    drawings: Drawings, mirror: torch.Tensor, table: CategoryTable
) -> None:
    parts = Classes(table).parts
    plain, found = (augmented(drawings, AugmentationConfig(flip=flip), mirror) for flip in (0, 1))

    torch.testing.assert_close(found.points, plain.points * torch.tensor([-1.0, 1.0]))
    named = [parts[number] for number in found.part[:4]]
    assert named == ["cow/body", "cow/right-foot", "cow/right-foot", "cow/left-foot"]
    assert torch.equal(augmented(found, AugmentationConfig(flip=1), mirror).part, drawings.part)


def test_a_turned_sketch_keeps_its_lengths(drawings: Drawings, mirror: torch.Tensor) -> None:
    plain, turned = (augmented(drawings, AugmentationConfig(rotate=turn), mirror) for turn in (0, 1))
    way = [each.points.diff(dim=1).norm(dim=2).sum(1) for each in (plain, turned)]

    assert not torch.allclose(plain.points, turned.points, atol=0.1)
    torch.testing.assert_close(way[0], way[1])


def test_a_stroke_that_is_torn_is_two_of_the_same_part_one_after_the_other(
    drawings: Drawings, mirror: torch.Tensor
) -> None:
    found = augmented(drawings, AugmentationConfig(split=1), mirror)

    for name in ("part", "instance", "object", "sketch"):
        assert torch.equal(getattr(found, name), getattr(drawings, name).repeat_interleave(2))
    torch.testing.assert_close(found.points[0::2, -1], found.points[1::2, 0])


def test_a_stroke_drawn_backwards_has_the_same_points(drawings: Drawings, mirror: torch.Tensor) -> None:
    plain, found = (augmented(drawings, AugmentationConfig(reverse=share), mirror) for share in (0, 1))

    torch.testing.assert_close(found.points, plain.points.flip(1), rtol=0, atol=1e-5)


def test_trimmed_strokes_lie_within_what_they_were(drawings: Drawings, mirror: torch.Tensor) -> None:
    plain, found = (augmented(drawings, AugmentationConfig(trim=share), mirror) for share in (0, 0.4))
    shorter = found.points.diff(dim=1).norm(dim=2).sum(1) <= plain.points.diff(dim=1).norm(dim=2).sum(1) + 1e-4

    assert shorter.all()
    assert not torch.allclose(plain.points, found.points, atol=0.01)


@pytest.mark.parametrize("seed", range(10))
def test_whatever_happens_every_sketch_is_there_with_finite_numbers_and_its_own_luck_alone(
    cow: Sketch, car: Sketch, table: CategoryTable, spec: StrokeSpec, mirror: torch.Tensor, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    items = [with_luck(item_of(to_sample(each, 0, "group", table), spec), rng) for each in (cow, car, cow, car)]
    found, alone = (augmented(Drawings.of(some), STRONG, mirror) for some in (items, items[2:3]))
    third = found.sketch == 2

    assert found.sketch.unique().tolist() == [0, 1, 2, 3]
    assert torch.isfinite(found.points).all()
    torch.testing.assert_close(found.points[third], alone.points)
    assert torch.equal(found.part[third], alone.part)
