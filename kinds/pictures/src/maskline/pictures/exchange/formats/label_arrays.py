"""Label pictures as arrays: one number a pixel, 0 the background, each other number one instance.

H, W: height and width in pixels.
"""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import ImageSequence

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE
from maskline.contract.errors import InvalidInput
from maskline.contract.picture.file import MAX_PIXELS, opened
from maskline.contract.picture.tiff import INSTALL, TIFF, read_stack
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE

Values = npt.NDArray[np.number[Any]]
LARGEST = 2**53  # beyond, floating point leaves whole numbers out


def label_pages(data: bytes) -> list[Values]:
    """Return the pages of a label picture, each (H, W), with the numbers that its file has.

    Raises InvalidInput for what is no picture or has colours.
    """
    if data.startswith(TIFF):
        try:
            found = read_stack(data, MAX_PIXELS).planes
        except ModuleNotFoundError:
            raise InvalidInput(f"label pictures in TIFF need tifffile: {INSTALL}") from None
    else:
        with opened(io.BytesIO(data)) as image:
            _require_exact(image.format)
            found = [np.asarray(frame) for frame in ImageSequence.Iterator(image)]
    return [_plain(page) for page in found]


def masks_of(values: Values) -> dict[int, RLE]:
    """Return the mask of each number but 0, by rising number; an instance in several pieces is one.

    Raises InvalidInput for numbers below 0, for such as are not whole, and for more of them than a picture may have.
    """
    whole = _whole(values)
    if whole.min(initial=0) < 0:
        raise InvalidInput(f"it holds {whole.min()}: 0 is the background, and instances have numbers above it")
    count = np.count_nonzero(np.unique(whole))
    if count >= ANNOTATIONS_PER_IMAGE:
        raise InvalidInput(
            f"it holds {count:,} numbers, more than {ANNOTATIONS_PER_IMAGE - 1:,}: it is no label picture"
        )
    return rle.encode_labels(whole)


def _whole(values: npt.NDArray[Any]) -> npt.NDArray[np.integer[Any]]:
    if np.issubdtype(values.dtype, np.integer):
        return values.astype(values.dtype.newbyteorder("="), copy=False)
    if values.dtype.kind not in "bf":
        raise InvalidInput(f"its numbers are of type {values.dtype}, which no instance can have")
    values = values.astype(np.float64)
    if not np.isfinite(values).all():
        raise InvalidInput("some of its numbers are NaN or infinite")
    broken = values[values != np.round(values)]
    if broken.size:
        raise InvalidInput(f"it holds {broken[0]:.6g}: labels are whole numbers, it seems to have been resampled")
    if np.abs(values).max(initial=0) > LARGEST:
        raise InvalidInput("some of its numbers are too large to be told apart")
    return values.astype(np.int64)


def _require_exact(stored: str | None) -> None:
    if stored == "JPEG":
        raise InvalidInput("it is a JPEG, which keeps no numbers as they were: a label picture is PNG or TIFF")


def _plain(page: Values) -> Values:
    """Return a page without channels that only repeat each other."""
    if page.ndim == 2:
        return page
    colours = page[..., :3] if page.shape[2] >= 3 else page[..., :1]
    if page.shape[2] not in (2, 3, 4) or (colours != colours[..., :1]).any():
        raise InvalidInput("it has colours: a label picture has one number a pixel")
    return colours[..., 0]
