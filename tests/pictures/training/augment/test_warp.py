"""Masks within boxes that are warped are the full masks warped, and pixels go with them."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.pictures.networks.segmenter import TrainingImage
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.training.augment.config import AugmentationConfig
from maskline.pictures.training.augment.deformation import affine, elastic
from maskline.pictures.training.augment.warp import STEPS, Warp, warped

SIZE = HEIGHT, WIDTH = 48, 64
Planes = NDArray[np.float64]


def mixed(plane: Planes, x: Planes, y: Planes, beyond: float) -> Planes:
    """Return at each place of a full plane the mixture of the four pixels around it."""
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    total = np.zeros(x.shape)
    for row, down in ((top, 1 - (y - top)), (top + 1, y - top)):
        for column, across in ((left, 1 - (x - left)), (left + 1, x - left)):
            inside = (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < WIDTH)
            total += across * down * np.where(inside, plane[row % HEIGHT, column % WIDTH], beyond)
    return total


def sources(warp: Warp) -> tuple[Planes, Planes]:
    """Return where every pixel comes from, one after another."""
    inward = np.linalg.inv(np.vstack([warp.outward, [0, 0, 1]]))
    x, y = np.zeros((2, *SIZE))
    for row in range(HEIGHT):
        for column in range(WIDTH):
            x[row, column], y[row, column], _ = inward @ [column, row, 1] + [*warp.bend[:, row, column], 0]
    return np.rint(x * STEPS) / STEPS, np.rint(y * STEPS) / STEPS


def scene(rng: np.random.Generator) -> TrainingImage:
    """Draw a picture of discs that overlap and leave it, the whole of it, a pixel, noise and nothing."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    masks = [np.hypot(x - cx, y - cy) < r for cx, cy, r in rng.uniform([0, 0, 2], [WIDTH, HEIGHT, 16], (6, 3))]
    masks += [np.ones(SIZE, bool), (x == 5) & (y == 40), (rng.random(SIZE) < 0.5) & (x < 20), np.zeros(SIZE, bool)]
    crops = Crops.of_rles([rle.encode(mask) for mask in masks], SIZE)
    pixels = torch.from_numpy(rng.integers(0, 256, (2, *SIZE), np.uint8))
    return TrainingImage(pixels, crops.boxes.float(), torch.arange(len(masks)), crops)


def strong(seed: int) -> Warp:
    """Draw a warp of every kind at once."""
    rng = np.random.default_rng(seed)
    config = AugmentationConfig.model_validate(
        {"turns": [], "scale": [1, 1], "crop_share": 0, "crop_px": 32, "thickness_share": 0, "brightness": 0}
        | {"contrast": [1, 1], "blur_px": 0, "noise": 0, "rotation_deg": 60, "shift": 0.3, "shear_deg": 20}
        | {"stretch": [0.6, 1.7]}
    )
    return Warp(affine(SIZE, config, rng), elastic(SIZE, 5, 16, rng), 5)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_every_pixel_comes_from_where_the_plain_loop_says(seed: int) -> None:
    warp = strong(seed)
    for found, expected in zip(warp.sources(), sources(warp), strict=True):
        assert np.abs(found - expected).max() <= 1 / STEPS
        assert (found != expected).mean() < 0.01


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_cropped_masks_become_to_the_pixel_what_full_masks_do(seed: int) -> None:
    image, warp = scene(np.random.default_rng(seed)), strong(seed)
    x, y = (plane.astype(float) for plane in warp.sources())
    full = image.masks.full().double().numpy()
    expected = np.array([mixed(mask, x, y, 0) >= 0.5 for mask in full])
    whole = full.sum((1, 2)) * np.linalg.det(warp.outward[:, :2])
    left = expected.sum((1, 2))
    kept = (left > 0) & (left >= whole / 2)
    found = warped(image, warp)
    assert found.classes.tolist() == np.flatnonzero(kept).tolist()
    assert np.array_equal(found.masks.full().numpy(), expected[kept])
    ends = [(*mask.nonzero(),) for mask in expected[kept]]
    boxes = [[column.min(), row.min(), column.max() + 1, row.max() + 1] for row, column in ends]
    assert found.boxes.tolist() == boxes
    for plane, before in zip(found.pixels.double().numpy(), image.pixels.numpy(), strict=True):
        assert np.abs(plane - mixed(before.astype(float), x, y, float(np.median(before[::4, ::4])))).max() <= 1


def test_a_shift_by_whole_pixels_moves_everything() -> None:
    image = scene(np.random.default_rng(3))
    found = warped(image, Warp(np.array([[1.0, 0, 7], [0, 1, -4]]), np.zeros((2, *SIZE), np.float32), 0))
    full = image.masks.full()[found.classes]
    assert torch.equal(found.masks.full()[:, : HEIGHT - 4, 7:], full[:, 4:, : WIDTH - 7])
    assert torch.equal(found.pixels[:, : HEIGHT - 4, 7:], image.pixels[:, 4:, : WIDTH - 7])
    assert not found.masks.full()[:, HEIGHT - 4 :].any()
    assert not found.masks.full()[:, :, :7].any()


@pytest.mark.parametrize(("shift", "there"), [(16, True), (17, False)])
def test_of_an_instance_half_must_stay(shift: int, there: bool) -> None:  # noqa: FBT001
    mask = np.zeros(SIZE, bool)
    mask[10:20, 32:64] = True
    crops = Crops.of_rles([rle.encode(mask)], SIZE)
    image = TrainingImage(torch.zeros((1, *SIZE), dtype=torch.uint8), crops.boxes.float(), torch.tensor([0]), crops)
    found = warped(image, Warp(np.array([[1.0, 0, shift], [0, 1, 0]]), np.zeros((2, *SIZE), np.float32), 0))
    assert found.boxes.tolist() == ([[48, 10, 64, 20]] if there else [])
