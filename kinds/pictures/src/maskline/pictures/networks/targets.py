"""What mask heads learn from, read off cropped masks as detectron2 reads it off masks of the whole picture.

Coordinates, weights and the order of the sums are those of torchvision's roi_align and of torch's grid_sample, so that
on a CPU grids agree to the last tie. Only what lies outside a mask's box is left out: it would add zeros.

N: masks   P: points per mask   M: cells along a grid's side   L: lines, rows or columns of samples   S: samples
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from maskline.pictures.preprocessing.crops import Crops

SAMPLES_AT_ONCE = {"cpu": 1 << 15, "cuda": 1 << 22}
"""How many samples are taken together: as many as fit a core's cache, or keep a GPU busy."""
INSIDE = 0.5


def at_points(masks: Crops, points: Tensor) -> Tensor:
    """Sample each mask at its points, bilinearly, as if it went on with zeros beyond the picture.

    points: (N, P, 2) float32, x then y, in pixels; pixel (0, 0) covers [0, 1) x [0, 1).  Returns (N, P) float32.
    """
    sides = points.new_tensor(masks.size[::-1])
    places = (2 * (points / sides) - 1 + 1) * (sides / 2) - 0.5  # there and back, because grid_sample's way rounds
    low = places.floor()
    (right, below), (left, above) = (places - low).unbind(-1), (1 - (places - low)).unbind(-1)
    x, y = low.long().unbind(-1)
    return (
        _pixels(masks, x, y) * (left * above)
        + _pixels(masks, x + 1, y) * (right * above)
        + _pixels(masks, x, y + 1) * (left * below)
        + _pixels(masks, x + 1, y + 1) * (right * below)
    )


def _pixels(masks: Crops, x: Tensor, y: Tensor) -> Tensor:
    """Return pixels (x, y) of each mask, (N, P) int64 each; 0 outside its box."""
    x0, y0, x1, y1 = (side[:, None] for side in masks.boxes.unbind(1))
    inside = (x >= x0) & (x < x1) & (y >= y0) & (y < y1)
    if not len(masks.cells):
        return inside
    place = masks.starts[:, None] + (y - y0) * (x1 - x0) + x - x0
    return masks.cells[place.where(inside, 0)] * inside


def on_grids(masks: Crops, regions: Tensor, side: int) -> Tensor:
    """Say which cells of a grid over each mask's region are at least half covered by the mask.

    regions: (N, 4) float32, x0, y0, x1, y1 in pixels.  side: M.  Returns (N, M, M) bool.
    """
    height, width = ((regions[:, end] - regions[:, start]) / side for start, end in ((1, 3), (0, 2)))
    samples = (side * side * height.ceil() * width.ceil()).cumsum(0)
    portion = (samples / SAMPLES_AT_ONCE[masks.device.type]).long()
    counts = portion.unique_consecutive(return_counts=True)[1].tolist()
    parts = zip(torch.arange(len(masks), device=masks.device).split(counts), regions.split(counts), strict=True)
    shares = [_shares(masks[part], region, side) for part, region in parts]
    return torch.cat([regions.new_zeros(0, side, side), *shares]) >= INSIDE


def _shares(masks: Crops, regions: Tensor, side: int) -> Tensor:
    """Return how much of each cell a mask covers, (N, M, M) float32."""
    (x0, y0, x1, y1), (left, top, right, bottom) = masks.boxes.unbind(1), regions.unbind(1)
    rows = _lines(top, bottom, y0, y1, masks.size[0], side)
    columns = _lines(left, right, x0, x1, masks.size[1], side)
    pitch, start = (x1 - x0)[rows.mask], masks.starts[rows.mask]
    first_column, in_row = (columns.number.cumsum(0) - columns.number)[rows.mask], columns.number[rows.mask]
    row = torch.arange(len(rows.mask), device=regions.device).repeat_interleave(in_row)
    column = torch.arange(len(row), device=regions.device) + (first_column - in_row.cumsum(0) + in_row)[row]
    near_row, far_row = (start + rows.near * pitch)[row], (start + rows.far * pitch)[row]
    near_column, far_column = columns.near[column], columns.far[column]
    above, below = rows.near_weight[row], rows.far_weight[row]
    before, beyond = columns.near_weight[column], columns.far_weight[column]
    cells = masks.cells
    values = (
        above * before * cells[near_row + near_column]
        + above * beyond * cells[near_row + far_column]
        + below * before * cells[far_row + near_column]
        + below * beyond * cells[far_row + far_column]
    )
    place = ((rows.mask * side + rows.cell) * side)[row] + columns.cell[column]
    sums = regions.new_zeros(len(masks) * side * side).index_add_(0, place, values).view(-1, side, side)
    return sums / (rows.steps * columns.steps).clamp(min=1)[:, None, None]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where a grid's samples lie along one axis; those that meet no pixel of a mask's box are left out.

    mask, cell: (L,), which grid and which of its M cells a line belongs to.  number: (N,), lines of each grid.
    near, far: (L,), the two pixels it lies between, counted from the box's first.  near_weight, far_weight: (L,), their
    weights, 0 for a pixel outside the box.  steps: (N,) float32, lines per cell, those left out too.
    """

    mask: Tensor
    cell: Tensor
    number: Tensor
    near: Tensor
    far: Tensor
    near_weight: Tensor
    far_weight: Tensor
    steps: Tensor


def _lines(start: Tensor, end: Tensor, first: Tensor, beyond: Tensor, limit: int, side: int) -> _Lines:
    """Lay samples over regions as roi_align does, aligned, about one per pixel.

    start, end: of the regions.  first, beyond: of the boxes.  limit: pixels of the picture along this axis.
    """
    start, end = start - 0.5, end - 0.5  # pixel 0 has its centre at 0
    pitch = (end - start) / side
    steps = pitch.ceil()
    number = side * steps.long()
    mask = torch.arange(len(start), device=start.device).repeat_interleave(number)
    line = torch.arange(len(mask), device=start.device) - (number.cumsum(0) - number)[mask]
    cell = line // steps.long()[mask]
    step = line - cell * steps.long()[mask]
    at = start[mask] + cell * pitch[mask] + (step + 0.5) * pitch[mask] / steps[mask]
    seen = (at >= -1) & (at <= limit)
    at = at.clamp(0, limit - 1)  # at the picture's rim its last pixels go on
    near = at.long()
    far = (near + 1).clamp(max=limit - 1)
    far_weight = at - near
    near_weight = 1 - far_weight
    inside = first[mask], beyond[mask]
    near_weight = near_weight * (seen & (near >= inside[0]) & (near < inside[1]))
    far_weight = far_weight * (seen & (far >= inside[0]) & (far < inside[1]))
    kept = (near_weight + far_weight > 0).nonzero()[:, 0]
    mask, cell, near_weight, far_weight = mask[kept], cell[kept], near_weight[kept], far_weight[kept]
    near, far = (pixel[kept].clamp(first[mask], beyond[mask] - 1) - first[mask] for pixel in (near, far))
    number = torch.bincount(mask, minlength=len(start))
    return _Lines(mask, cell, number, near, far, near_weight, far_weight, steps)
