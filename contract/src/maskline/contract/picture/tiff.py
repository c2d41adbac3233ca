"""TIFFs that Pillow does not read: floats of 64 bits, LERC, JPEG XL and other ways to store, stacks of ImageJ.

tifffile and imagecodecs read them, which are asked only then.

H, W: height and width in pixels.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskline.contract.errors import InvalidInput
from maskline.contract.picture.file import Unread, require_size

TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a TIFF begins, and a BigTIFF."""
WHITE_IS_ZERO = 0
"""TIFF 6.0, tag PhotometricInterpretation."""
INSTALL = "install maskline-contract with its extra 'tiff'"
"""What helps where tifffile is missing."""
Plane = npt.NDArray[Any]


class Stack(NamedTuple):
    """The pictures in a TIFF with the values that its file has, each (H, W) or (H, W, channels)."""

    planes: list[Plane]
    inverted: bool
    """Whether 0 is white."""


def read_stack(data: bytes, max_pixels: int) -> Stack:
    """Return every picture in a TIFF.

    A stack has several: pages, slices, frames and channels of ImageJ in the order of its file.
    Raises InvalidInput for a file that cannot be read and for pages of several sizes, ModuleNotFoundError without
    tifffile: INSTALL tells what to do.
    """
    import tifffile

    try:
        with complaints() as told, tifffile.TiffFile(io.BytesIO(data)) as file:
            stack = _planes(file, max_pixels)
            _require_none(told)
            return stack
    except InvalidInput:
        raise
    except Exception as fault:
        raise Unread(f"the picture is damaged: {str(fault) or type(fault).__name__}") from fault


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Yield what tifffile logs as an error: pages that it cannot find it leaves out without raising anything."""
    told = list[str]()
    logger, handler = logging.getLogger("tifffile"), logging.Handler(logging.ERROR)
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    before = logger.level, logger.propagate
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield told
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def _require_none(told: list[str]) -> None:
    if told:
        raise Unread(f"the picture is damaged: {told[0]}")


def _planes(file: Any, max_pixels: int) -> Stack:
    series = [one for one in file.series if not one.keyframe.is_reduced]
    if not series:
        raise Unread("there is no picture in it")
    if len({one.shape for one in series}) > 1:
        sizes = ", ".join(" x ".join(map(str, one.shape)) for one in series)
        raise InvalidInput(f"its pages are of several sizes ({sizes}): save each as a file of its own")
    first = series[0]
    require_size(first.keyframe.imagewidth, first.keyframe.imagelength, max_pixels)
    found = [plane for one in series for plane in _flat(one.asarray(), first.axes)]
    return Stack(found, inverted=first.keyframe.photometric == WHITE_IS_ZERO)


def _flat(values: Plane, axes: str) -> list[Plane]:
    """Return the planes of a stack.  axes: tifffile's letters, of which Y and X are rows and columns, S samples."""
    inner = [axes.index(letter) for letter in "YXS" if letter in axes]
    outer = [place for place in range(len(axes)) if place not in inner]
    stacked = np.transpose(values, (*outer, *inner))
    return list(stacked.reshape(-1, *stacked.shape[len(outer) :]))
