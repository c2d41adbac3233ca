"""Masks within their boxes are the masks of the whole picture, whatever is done to them."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from maskline.contract.coco import rle
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.preprocessing.frame import scaled_line

HEIGHT, WIDTH = 40, 60


@pytest.fixture(scope="module")
def full() -> Tensor:
    """(6, H, W): a block with a hole, a diagonal, the whole picture, its last pixel, noise and nothing."""
    masks = torch.zeros(6, HEIGHT, WIDTH, dtype=torch.bool)
    masks[0, 10:30, 20:40] = True
    masks[0, 16:24, 26:34] = False
    masks[1, range(5, 25), range(30, 50)] = True
    masks[2] = True
    masks[3, -1, -1] = True
    masks[4, 3:20, :25] = torch.from_numpy(np.random.default_rng(0).random((17, 25)) < 0.5)
    return masks


@pytest.fixture(scope="module")
def crops(full: Tensor) -> Crops:
    return Crops.of_rles([rle.encode(mask.numpy()) for mask in full], (HEIGHT, WIDTH))


def shares_in_full(masks: Tensor, size: tuple[int, int]) -> Tensor:
    rows, columns = (scaled_line(torch.eye(side), new).T for side, new in zip(masks.shape[1:], size, strict=True))
    return torch.stack([rows.double() @ mask.double() @ columns.T.double() for mask in masks])


def require_scaled(found: Tensor, shares: Tensor, least: float) -> None:
    """Where a pixel's share is the least one but for rounding, it may belong to the mask or not."""
    clear = (shares - least).abs() > 1e-5
    assert torch.equal(found[clear], (shares >= least)[clear])


def test_only_boxes_are_kept(full: Tensor, crops: Crops) -> None:
    assert torch.equal(crops.full(), full)
    assert crops.boxes[0].tolist() == [20, 10, 40, 30]
    assert len(crops.cells) == 20 * 20 + 20 * 20 + HEIGHT * WIDTH + 1 + 17 * 25


def test_picking_masks_shares_their_cells(full: Tensor, crops: Crops) -> None:
    picked = crops[torch.tensor([4, 0, 0, 3])]
    assert torch.equal(picked.full(), full[[4, 0, 0, 3]])
    assert picked.cells is crops.cells
    assert torch.equal(crops[torch.tensor([True, False] * 3)][1:].full(), full[[2, 4]])


def test_turns(full: Tensor, crops: Crops) -> None:
    assert torch.equal(crops.flipped_x().full(), full.flip(2))
    assert torch.equal(crops.flipped_y().full(), full.flip(1))
    assert torch.equal(crops.transposed().full(), full.transpose(1, 2))
    assert torch.equal(crops[2:].transposed().flipped_x()[1:].full(), full[3:].transpose(1, 2).flip(2))


@pytest.mark.parametrize("window", [(0, 0, 60, 40), (25, 8, 45, 38), (59, 39, 60, 40), (0, 35, 3, 36)])
def test_a_window(full: Tensor, crops: Crops, window: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = window
    assert torch.equal(crops.cut(*window).full(), full[:, y0:y1, x0:x1])


def test_what_lies_in_an_area_and_what_belongs_to_any_mask(full: Tensor, crops: Crops) -> None:
    area = torch.from_numpy(np.random.default_rng(1).random((HEIGHT, WIDTH)) < 0.5)
    inside = crops.within(area.numpy().view(np.uint8))
    assert torch.equal(inside.full(), full & area)
    some = crops[torch.tensor([4, 0])]
    assert np.array_equal(some.union(), (full[4] | full[0]).numpy())
    assert crops.areas().tolist() == full.sum((1, 2)).tolist()


def test_outlines_are_those_of_the_pixels_not_of_the_boxes(full: Tensor, crops: Crops) -> None:
    area = torch.zeros(HEIGHT, WIDTH, dtype=torch.bool)
    area[12:22, 33:38] = True
    inside = crops.within(area.numpy().view(np.uint8))[:3]
    expected = []
    for mask in full[:3] & area:
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        expected.append([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    assert inside.outlines().tolist() == expected


def test_masks_of_two_pictures_become_those_of_a_third(full: Tensor, crops: Crops) -> None:
    size = (HEIGHT + 5, WIDTH + 9)
    both = crops[1:].placed(7, 2, size).joined(crops[torch.tensor([3, 0])].placed(0, 5, size))
    expected = torch.zeros((7, *size), dtype=torch.bool)
    expected[:5, 2 : HEIGHT + 2, 7 : WIDTH + 7] = full[1:]
    expected[5:, 5:, :WIDTH] = full[[3, 0]]
    assert torch.equal(both.full(), expected)


@pytest.mark.parametrize("margin", [1, 3])
def test_widening_adds_the_neighbours(full: Tensor, crops: Crops, margin: int) -> None:
    side = 2 * margin + 1
    expected = torch.nn.functional.max_pool2d(full[:, None].float(), side, 1, margin)[:, 0] > 0
    assert torch.equal(crops.widened(margin).full(), expected)


@pytest.mark.parametrize("share", [0.5, 0.2])
@pytest.mark.parametrize("size", [(40, 60), (20, 30), (31, 47), (7, 7), (53, 77), (80, 120), (1, 1)])
def test_scaling_boxes_scales_the_masks(full: Tensor, crops: Crops, size: tuple[int, int], share: float) -> None:
    require_scaled(crops.scaled(size, share).full(), shares_in_full(full, size), share)


@settings(deadline=None)  # a busy machine is no fault of the function's
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 60))
def test_scaling_agrees_for_any_mask_and_size(seed: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    mask = np.zeros((rng.integers(8, 50), rng.integers(8, 50)), bool)
    mask[rng.integers(8) :, rng.integers(8) :][: rng.integers(1, 20), : rng.integers(1, 20)] = True
    mask &= rng.random(mask.shape) < rng.choice([0.5, 1.0])
    crops = Crops.of_rles([rle.encode(mask)], mask.shape)
    shares = shares_in_full(torch.from_numpy(mask)[None], (height, width))
    require_scaled(crops.scaled((height, width)).full(), shares, 0.5)


def test_a_mask_keeps_its_place_and_its_hole_when_scaled(crops: Crops) -> None:
    expected = torch.zeros(20, 30, dtype=torch.bool)
    expected[5:15, 10:20] = True
    expected[8:12, 13:17] = False
    assert torch.equal(crops.scaled((20, 30)).full()[0], expected)


def test_no_masks_stay_no_masks(crops: Crops) -> None:
    none = crops[:0].scaled((20, 30)).widened(1).flipped_x().cut(0, 0, 9, 7)
    assert none.full().shape == (0, 7, 9)
