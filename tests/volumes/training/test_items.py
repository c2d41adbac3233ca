"""A brick's targets fit its labels, and patches show the same in all their parts."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt
from maskline.volumes.training.augment import revalued, turned
from maskline.volumes.training.config import AugmentationConfig
from maskline.volumes.training.items import VOXELS, Brick, brick_of, numbered_anew, patch_of

Labels = NDArray[np.uint32]
CLASSES = {7: 0, 9: 1}


def brick(labels: Labels, mask: NDArray[np.uint8] | None = None) -> Brick:
    values = np.arange(labels.size, dtype=np.float32).reshape(labels.shape) - 1152  # all exact in float16
    return brick_of(values, labels, mask, CLASSES, 5)


def drawn(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_classes_tell_instances_from_nothing_and_by_their_place_in_the_table(two_cubes: Labels) -> None:
    found = brick(two_cubes).classes.numpy()

    assert (found[two_cubes == 0] == 0).all()
    assert (found[two_cubes == 7] == 1).all()
    assert (found[two_cubes == 9] == 2).all()


def test_centres_are_the_middles_of_the_boxes(two_cubes: Labels) -> None:
    assert brick(two_cubes).centres.tolist() == [[6, 6, 5], [6, 6, 11]]


def test_a_brick_without_instances_is_an_item_too() -> None:
    empty = brick(np.zeros((4, 5, 6), np.uint32))

    assert empty.centres.shape == (0, 3)
    assert not empty.classes.any()
    assert Brick.of(empty.item()).distance.unique().tolist() == [-5]


def test_a_brick_that_is_one_instance_has_no_background() -> None:
    instances, numbered = numbered_anew(np.full((2, 2, 2), 9, np.uint32))

    assert instances == [9]
    assert (numbered == 1).all()


def test_an_instance_that_no_annotation_tells_of_is_refused() -> None:
    with pytest.raises(Corrupt, match="instance 8 is in a brick's labels"):
        brick(np.full((2, 2, 2), 8, np.uint32))


def test_large_numbers_of_instances_take_no_room() -> None:
    instances, numbered = numbered_anew(np.array([[[0, 4_000_000_000, 5]]], np.uint32))

    assert instances == [5, 4_000_000_000]
    assert numbered.tolist() == [[[0, 2, 1]]]


def test_patches_on_instances_hold_a_middle_and_all_parts_are_cut_alike(two_cubes: Labels) -> None:
    whole, item = brick(two_cubes), brick(two_cubes).item()
    first = {float(value): place for place, value in enumerate(whole.values.flatten().tolist())}
    for seed in range(20):
        patch = patch_of(item, 4, 1, drawn(seed))
        start = np.unravel_index(first[float(patch["values"][0, 0, 0])], two_cubes.shape)
        cut = tuple(slice(int(at), int(at) + 4) for at in start)

        into = whole.centres.numpy() - np.array(start)
        assert ((into >= 0) & (into < 4)).all(1).any()
        for name in VOXELS:
            assert (patch[name] == item[name].numpy()[cut]).all()


def test_where_a_brick_ends_before_the_patch_nothing_counts(two_cubes: Labels) -> None:
    patch = patch_of(brick(two_cubes).item(), 14, 0.5, drawn(0))

    assert all(part.shape == (14, 14, 14) for part in patch.values())
    assert patch["counts"][:12, :12].all()
    assert not patch["counts"][12:].any()
    assert not patch["counts"][:, 12:].any()
    assert (patch["values"][12:] == patch["values"][11:9:-1]).all()


def test_what_a_mask_leaves_out_does_not_count(two_cubes: Labels) -> None:
    mask = np.zeros(two_cubes.shape, np.uint8)
    mask[:5] = 255

    assert brick(two_cubes, mask).counts.sum() == 5 * 12 * 16


def plainly(labels: Labels) -> dict[str, NDArray[np.generic]]:
    return {name: getattr(brick(labels), name).numpy() for name in VOXELS}


def test_targets_of_a_turned_brick_are_its_turned_targets(two_cubes: Labels) -> None:
    config = AugmentationConfig(flip=0.5, flip_z=0.5, quarter_turns=1)
    cube = two_cubes[:, :, 2:14]
    for seed in range(12):
        found = turned(plainly(cube), config, drawn(seed))
        labels = turned({"labels": cube}, config, drawn(seed))["labels"]

        again = plainly(np.ascontiguousarray(labels))
        for name in ("classes", "distance", "boundary"):
            assert (found[name] == again[name]).all()


def test_turns_keep_z_where_it_is() -> None:
    ramp = np.broadcast_to(np.arange(4)[:, None, None], (4, 4, 4))
    config = AugmentationConfig(flip=0.5, quarter_turns=1)

    assert all((turned({"values": ramp}, config, drawn(seed))["values"] == ramp).all() for seed in range(12))


def test_what_is_not_asked_for_is_left_alone() -> None:
    values = drawn(1).standard_normal((4, 4, 4), np.float32)

    assert (revalued(values, AugmentationConfig(), drawn(0)) == values).all()
    assert (turned({"values": values}, AugmentationConfig(), drawn(0))["values"] == values).all()


def test_values_change_by_no_more_than_is_asked_for() -> None:
    values, config = np.ones((4, 4, 4), np.float32), AugmentationConfig(contrast=0.2, brightness=0.1)
    found = [float(revalued(values, config, drawn(seed))[0, 0, 0]) for seed in range(50)]

    assert 0.7 <= min(found) < 0.9
    assert 1.1 < max(found) <= 1.3
    assert torch.tensor(found).unique().numel() == 50
