"""Contours given straight to the C library."""

import ctypes
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.molecules.ink.canvas import DRAWN, ILLEGIBLE, Canvas, Mask
from slow_ink.contours import Contours

CONTOUR = np.dtype([("owner", np.int32), ("", np.int32), ("first", np.uintp), ("count", np.uintp)])


@dataclass(frozen=True)
class Picture:
    """What the library made of contours."""

    legible: bool
    masks: list[Mask]
    """Empty if labels' boxes overlap."""
    dark: npt.NDArray[np.uint8]
    """(H, W) darkness, 255 black."""
    png: bytes


def fill(shapes: Contours, width: int, height: int, bonds: int = 0) -> Picture:
    """Fill contours on a new canvas; owners from `bonds` on are labels.  Raises ValueError."""
    canvas = Canvas()
    library, handle = canvas._library, canvas._canvas
    records = np.zeros(len(shapes.owners), CONTOUR)
    records["owner"], records["count"] = shapes.owners, shapes.lengths
    records["first"] = np.cumsum(shapes.lengths) - shapes.lengths
    points, tags = np.ascontiguousarray(shapes.points, np.float64), np.ascontiguousarray(shapes.tags)
    owners = int(shapes.owners.max(initial=-1)) + 1
    status = library.ink_draw_contours(
        *(handle, width, height, bonds, owners),
        *(len(records), records.ctypes.data, len(points), points.ctypes.data, tags.ctypes.data),
    )
    if status not in (DRAWN, ILLEGIBLE):
        raise ValueError(status)
    canvas._size = (width, height)
    address = ctypes.c_void_p()
    pitch = library.ink_dark(handle, address)
    if address.value is None:
        return Picture(legible=False, masks=[], dark=np.zeros((height, width), np.uint8), png=b"")
    rows = np.frombuffer(ctypes.string_at(address, pitch * height), np.uint8).reshape(height, pitch)
    return Picture(status == DRAWN, canvas._masks(), rows[:, :width].copy(), canvas.png())
