"""A sheet to draw on: what the C library does, with arrays going in and records coming out.

K: instances   W, H: the picture's width and height
"""

import ctypes
import weakref
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maskline.contract.coco.rle import RLE
from maskline.molecules.ink.library import library
from maskline.molecules.ink.scene import Scene

DRAWN, ILLEGIBLE, NO_MEMORY, MALFORMED = range(4)
MASK = np.dtype(
    [(name, np.int32) for name in ("owner", "x", "y", "w", "h", "area", "text", "text_length")]
    + [("begin", np.float64), ("end", np.float64)]
)
"""`mask` in ink.h."""
CONTOUR = np.dtype([("owner", np.int32), ("first", np.uintp), ("count", np.uintp)], align=True)
"""`contour` in ink.h."""


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


class Contour(NamedTuple):
    """One closed contour."""

    owner: int
    points: npt.NDArray[np.float64]
    """(P, 2) picture pixels."""
    tags: npt.NDArray[np.uint8]
    """(P,) kinds of points, as in ink.h."""


class Canvas:
    """Draws one picture after the other and keeps its memory meanwhile.  Not for two threads at once."""

    def __init__(self) -> None:
        self._library = library()
        self._canvas = self._library.ink_open()
        if not self._canvas:
            raise MemoryError
        weakref.finalize(self, self._library.ink_close, self._canvas)
        self._size = (0, 0)

    def lay_out(self, scene: Scene) -> bool:
        """Find the room for every bond of a scene; say whether all of it is legible.

        It is not where labels leave too little of a bond, or where a label meets another or a bond.
        """
        return _legible(self._library.ink_lay_out(self._canvas, scene.struct))

    def draw(self, scene: Scene) -> list[Mask] | None:
        """Draw a scene where it is placed; return the masks of all instances, bonds first.

        A pixel is ink, and belongs to a mask, when at least half of it is covered: the instances' ink is the union of
        the masks.  Returns None if it is not legible, or an instance covers half of no pixel.
        """
        self._size = (scene.struct.width, scene.struct.height)
        return self._masks() if _legible(self._library.ink_draw(self._canvas, scene.struct)) else None

    def draw_coarsely(self, scene: Scene) -> list[Mask]:
        """Draw a legible scene on a coarse grid, where labels may touch lines and an instance may have no pixel."""
        self._size = (scene.struct.width, scene.struct.height)
        _legible(self._library.ink_draw(self._canvas, scene.struct))
        return self._masks()

    def dark(self) -> npt.NDArray[np.uint8]:
        """Return the (H, W) darkness of what was drawn last, 0 paper to 255 ink."""
        width, height = self._size
        data = ctypes.c_void_p()
        pitch = self._library.ink_dark(self._canvas, data)
        rows = np.frombuffer(ctypes.string_at(data, pitch * height), np.uint8)
        return rows.reshape(height, pitch)[:, :width]

    def contours(self) -> list[Contour]:
        """Return the closed contours of what was drawn last, in picture pixels."""
        shapes, points, tags = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        count = self._library.ink_contours(self._canvas, shapes, points, tags)
        rows = np.frombuffer(ctypes.string_at(shapes, count * CONTOUR.itemsize), CONTOUR).tolist()
        total = sum(size for _, _, size in rows)
        at = np.frombuffer(ctypes.string_at(points, total * 16), np.float64).reshape(-1, 2)
        kinds = np.frombuffer(ctypes.string_at(tags, total), np.uint8)
        return [Contour(owner, at[first : first + size], kinds[first : first + size]) for owner, first, size in rows]

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
        message = "a number of the scene is out of range"
        raise ValueError(message)
    return status == DRAWN
