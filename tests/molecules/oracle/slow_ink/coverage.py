"""How much of every pixel each instance covers, by FreeType's scan converter: another's code, good to a few 256ths.

H, W: the picture's height and width in pixels   h, w: an instance's box   K: instances   C: contours   P: their points
"""

import ctypes
from dataclasses import dataclass

import freetype
import numpy as np
import numpy.typing as npt
from freetype import raw

from slow_ink.contours import Contours

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.intp]

SUBPIXELS = 64
"""FreeType's unit: a sixty-fourth of a pixel."""
POSITION = np.dtype(ctypes.c_long)
"""FreeType's type of a coordinate."""


@dataclass(frozen=True, slots=True)
class Instances:
    """The coverage of every instance on its box, 0 none to 255 whole, all in one buffer, in the order of owners."""

    owners: Integers
    """(K,) as in `Contours`."""
    boxes: Integers
    """(K, 4) left, top, w, h in picture pixels."""
    starts: Integers
    """(K,) where the instance's columns start in the buffer."""
    buffer: Bytes
    """Column after column of each instance, h pixels and a 0 that keeps the columns apart."""

    def coverage(self, number: int) -> Bytes:
        """Return the (h, w) coverage of an instance, a view of the buffer."""
        _, _, w, h = self.boxes[number].tolist()
        start = int(self.starts[number])
        return self.buffer[start : start + w * (h + 1)].reshape(w, h + 1)[:, :h].T


def cover(shapes: Contours, width: int, height: int) -> Instances:
    """Fill every owner's contours; what lies outside the picture is cut, and who lies there whole is left out.

    Contours that turn the same way unite, those that turn against the one around them are holes (non-zero rule).
    """
    points = np.rint(shapes.points * SUBPIXELS).astype(POSITION)
    ends = np.cumsum(shapes.lengths)
    first = np.flatnonzero(np.diff(shapes.owners, prepend=-1))  # first contour of each instance
    count = np.diff(first, append=len(shapes.owners))
    begin = ends[first] - shapes.lengths[first]  # first point of each instance
    low = np.maximum(np.minimum.reduceat(points, begin) // SUBPIXELS, 0)
    high = np.minimum(-(-np.maximum.reduceat(points, begin) // SUBPIXELS), (width, height))
    size = np.maximum(high - low, 0)
    seen = size.all(axis=1)
    areas = np.where(seen, size[:, 0] * (size[:, 1] + 1), 0)
    starts = np.cumsum(areas) - areas
    buffer = np.zeros(int(areas.sum()) + 1, np.uint8)
    lengths = np.diff(begin, append=len(points))
    # FreeType fills rows; columns are wanted, for that is how masks are run through. So x and y change places.
    turned = np.ascontiguousarray((points - np.repeat(low, lengths, axis=0) * SUBPIXELS)[:, ::-1], POSITION)
    contour_ends = (ends - 1 - np.repeat(begin, count)).astype(np.int16)
    outline = _Outline(flags=raw.FT_OUTLINE_NONE)
    bitmap = _Bitmap(num_grays=256, pixel_mode=freetype.FT_PIXEL_MODE_GRAY)
    addresses = [array.ctypes.data for array in (turned, shapes.tags, contour_ends, buffer)]
    for k in np.flatnonzero(seen).tolist():
        outline.n_contours, outline.n_points = int(count[k]), int(lengths[k])
        outline.points = addresses[0] + int(begin[k]) * 2 * POSITION.itemsize
        outline.tags = addresses[1] + int(begin[k])
        outline.contours = addresses[2] + int(first[k]) * contour_ends.itemsize
        bitmap.rows, bitmap.width = int(size[k, 0]), int(size[k, 1])
        bitmap.pitch = -int(size[k, 1] + 1)  # negative: the first row is FreeType's lowest
        bitmap.buffer = addresses[3] + int(starts[k])
        fault = raw.FT_Outline_Get_Bitmap(freetype.get_handle(), ctypes.byref(outline), ctypes.byref(bitmap))
        if fault:
            raise freetype.FT_Exception(fault)
    return Instances(shapes.owners[first][seen], np.concatenate([low, size], axis=1)[seen], starts[seen], buffer)


class _Outline(ctypes.Structure):
    """FT_Outline with plain addresses, which are faster to set than typed pointers."""

    _fields_ = (
        ("n_contours", ctypes.c_short),
        ("n_points", ctypes.c_short),
        ("points", ctypes.c_void_p),
        ("tags", ctypes.c_void_p),
        ("contours", ctypes.c_void_p),
        ("flags", ctypes.c_int),
    )


class _Bitmap(ctypes.Structure):
    """FT_Bitmap with plain addresses."""

    _fields_ = (
        ("rows", ctypes.c_uint),
        ("width", ctypes.c_uint),
        ("pitch", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("num_grays", ctypes.c_ushort),
        ("pixel_mode", ctypes.c_ubyte),
        ("palette_mode", ctypes.c_ubyte),
        ("palette", ctypes.c_void_p),
    )
