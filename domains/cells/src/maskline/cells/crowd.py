"""Cells side by side: where there is room for one, and which pixels each of them has in the end.

H, W: height and width of the picture, pixels.  h, w: of a cell's window within it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.cells.cell.shape import Floats, Shape

Mask = NDArray[np.bool_]
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell in the picture.

    x, y: of its window's top left pixel.  mask: (h, w), its own pixels.  depth: (h, w) pixels to the nearest border,
    where it is its own.  along: (h, w) each, pixels from the body's middle.
    """

    shape: Shape
    x: int
    y: int
    mask: Mask
    depth: Floats
    along: tuple[Floats, Floats]


class Crowd:
    """Cells that press against each other.

    A pixel is the cell's that it lies deepest in, and a border is where two are equally deep; with `overlapping` each
    cell has all of its own pixels instead.
    """

    def __init__(self, size: tuple[int, int], squeeze: float, *, overlapping: bool) -> None:
        self._first = np.zeros(size, np.float32)
        self._second = np.zeros(size, np.float32)
        self._owner = np.full(size, NOBODY, np.int32)
        self._squeeze, self._overlapping = squeeze, overlapping
        self._cells: list[tuple[Shape, int, int]] = []
        self._taken: list[int] = []
        self._areas: list[int] = []

    def admit(self, shape: Shape, x: int, y: int) -> bool:
        """Place a cell with its middle at a pixel, if that takes no more than `squeeze` of it or of a neighbour."""
        left, top = x - shape.middle[0], y - shape.middle[1]
        here, field = self._window(shape, left, top)
        inside = field > 0
        owners = self._owner[here]
        met = owners[inside & (owners != NOBODY)]
        area = int(inside.sum())
        counts = np.bincount(met, minlength=len(self._cells))
        neighbours = np.flatnonzero(counts).tolist()
        if len(met) > self._squeeze * area:
            return False
        if any(self._taken[one] + counts[one] > self._squeeze * self._areas[one] for one in neighbours):
            return False
        for one in neighbours:
            self._taken[one] += int(counts[one])
        first, second = self._first[here], self._second[here]
        deeper = field > first
        np.maximum(second, np.where(deeper, first, np.where(inside, field, 0)), out=second)
        first[deeper] = field[deeper]
        owners[deeper] = len(self._cells)
        self._cells.append((shape, left, top))
        self._taken.append(len(met))
        self._areas.append(area)
        return True

    def cells(self) -> list[Placed]:
        """Return all cells in the order in which they were admitted."""
        return [self._placed(number, *cell) for number, cell in enumerate(self._cells)]

    def _placed(self, number: int, shape: Shape, left: int, top: int) -> Placed:
        here, field = self._window(shape, left, top)
        if self._overlapping:
            mask, depth = field > 0, field
        else:
            mask, depth = self._owner[here] == number, self._first[here] - self._second[here]
        mask = whole(mask, depth)
        x, y = max(left, 0), max(top, 0)
        h, w = mask.shape
        own = (slice(y - top, y - top + h), slice(x - left, x - left + w))
        length, width = shape.along()
        return Placed(shape, x, y, mask, depth, (length[own], width[own]))

    def _window(self, shape: Shape, left: int, top: int) -> tuple[tuple[slice, slice], Floats]:
        """Return the part of the picture in which a cell lies, and the cell's field there."""
        height, width = self._owner.shape
        h, w = shape.field.shape
        here = (slice(max(top, 0), min(top + h, height)), slice(max(left, 0), min(left + w, width)))
        field = shape.field[here[0].start - top : here[0].stop - top, here[1].start - left : here[1].stop - left]
        return here, field


def whole(mask: Mask, depth: Floats) -> Mask:
    """Return the piece of a mask that hangs together with its deepest pixel, over sides."""
    if not mask.any():
        return mask
    rows, columns = _runs(mask), _runs(mask.T).T
    reached = np.zeros_like(mask)
    reached.flat[int(np.where(mask, depth, -1).argmax())] = True
    count = 0
    while count < (count := int(reached.sum())):
        for runs in (rows, columns):
            met = np.zeros(mask.size + 1, np.bool_)
            met[runs[reached]] = True
            reached = met[runs] & mask
    return reached


def _runs(mask: Mask) -> NDArray[np.intp]:
    """Return for each pixel the number of the run along its row that it lies in, of the mask or of a gap."""
    starts = np.ones(mask.shape, np.bool_)
    starts[:, 1:] = mask[:, 1:] != mask[:, :-1]
    return starts.ravel().cumsum().reshape(mask.shape)
