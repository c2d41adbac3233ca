"""A sheet to draw on: what the C library does, with arrays going in and records coming out.

K: instances   W, H: the picture's width and height
"""

import ctypes
import weakref
from typing import NamedTuple

import numpy as np

from maskline.contract.coco.rle import RLE
from maskline.molecules.depiction import Depiction
from maskline.molecules.ink.library import library
from maskline.molecules.placement import Box, Placement

DRAWN, ILLEGIBLE, NO_MEMORY, MALFORMED = range(4)
MASK = np.dtype(
    [(name, np.int32) for name in ("owner", "x", "y", "w", "h", "area", "text", "text_length")]
    + [("begin", np.float64), ("end", np.float64)]
)
"""`mask` in ink.h."""


class Mask(NamedTuple):
    """One instance's mask, as a COCO annotation holds it."""

    owner: int
    """Bond k, or for k beyond the bonds the label of an atom."""
    bbox: list[int]
    """x, y, w, h in pixels."""
    area: int
    segmentation: RLE
    begin: float
    """Of a bond: how far it begins from its first atom to its second, 0 to 1; and then, where it ends."""
    end: float


class Canvas:
    """Draws one picture after the other and keeps its memory meanwhile.  Not for two threads at once."""

    def __init__(self) -> None:
        self._library = library()
        self._canvas = self._library.ink_open()
        if not self._canvas:
            raise MemoryError
        weakref.finalize(self, self._library.ink_close, self._canvas)
        self._drawing: Depiction | None = None  # the library reads its arrays until the picture is made
        self._size = (0, 0)

    def read(self, drawing: Depiction) -> Box | None:
        """Read a drawing; return [[left, top], [right, bottom]] of its ink in canvas pixels, control points included.

        Returns None if a bond does not show between its atoms.  Labels side by side leave nothing of the bond between
        them, and in some crowded cages RDKit draws a line of a bond far beyond the bond's atoms.
        """
        self._drawing = drawing
        text = drawing.svg.encode()
        bounds = (ctypes.c_double * 4)()
        pairs, atoms = drawing.molecule.bond_atoms, drawing.atoms
        status = self._library.ink_read(
            *(self._canvas, text, len(text), len(pairs), pairs.ctypes.data, len(atoms), atoms.ctypes.data, bounds)
        )
        return (bounds[:2], bounds[2:]) if _legible(status) else None

    def draw(self, placement: Placement, minimum_stroke: float) -> list[Mask] | None:
        """Draw what was read; return the masks of all instances, bonds first, in their order.

        minimum_stroke: picture pixels; thinner strokes are widened.
        A pixel is ink, and belongs to a mask, when at least half of it is covered: the ink is the union of the masks.
        Returns None if a label meets another or a bond, or an instance covers half of no pixel.
        """
        x, y = placement.shift.tolist()
        self._size = (placement.width, placement.height)
        status = self._library.ink_draw(self._canvas, *self._size, placement.scale, x, y, minimum_stroke)
        return self._masks() if _legible(status) else None

    def png(self) -> bytes:
        """Return the picture drawn last as a grey PNG of sixteen levels; equal pictures give equal bytes."""
        _legible(self._library.ink_encode_png(self._canvas))
        data = ctypes.c_void_p()
        length = self._library.ink_png(self._canvas, data)
        return ctypes.string_at(data, length)

    def _masks(self) -> list[Mask]:
        rows, characters = ctypes.c_void_p(), ctypes.c_void_p()
        count = self._library.ink_masks(self._canvas, rows, characters)
        if not count:
            return []
        found = np.frombuffer(ctypes.string_at(rows, count * MASK.itemsize), MASK).tolist()
        *_, text, length, _, _ = found[-1]
        counts = ctypes.string_at(characters, text + length).decode("ascii")
        width, height = self._size
        return [
            Mask(owner, [x, y, w, h], area, RLE(size=[height, width], counts=counts[at : at + size]), begin, end)
            for owner, x, y, w, h, area, at, size, begin, end in found
        ]


def _legible(status: int) -> bool:
    """Say whether what was asked for could be drawn legibly.  Raises MemoryError, ValueError."""
    if status == NO_MEMORY:
        raise MemoryError
    if status == MALFORMED:
        message = "RDKit's SVG is not of the form that is known, or a coordinate is out of range"
        raise ValueError(message)
    return status == DRAWN
