"""Pictures as arrays: any common file in, grey or RGB out.

H, W: height and width in pixels.  Origin top left, 8 bits a channel, 0 black, 255 white.
"""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.errors import InvalidInput
from maskline.contract.picture.depth import Percentiles
from maskline.contract.picture.file import MAX_PIXELS, Unread, opened
from maskline.contract.picture.pixels import pixels, shown
from maskline.contract.picture.tiff import INSTALL, TIFF, read_stack

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Decoded:
    """One picture of a file.  pixels: (H, W) or (H, W, 3).  remark: what was done to its values; mostly empty."""

    pixels: Picture
    remark: str


def decode(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a file of any format in FORMATS, in any mode.

    Returns (H, W) for grey pictures and (H, W, 3) RGB for others. Transparency is laid over white, and over black where
    light ink is drawn on nothing; more than 8 bits are scaled to 8, the camera's orientation is applied; of several
    pages or frames the first counts.
    max_pixels: the most pixels a picture may have; checked before its pixels are decoded.
    Raises InvalidInput for empty, damaged or other files and for larger pictures.
    """
    return decode_page(data, 0, max_pixels).pixels


def decode_page(
    data: bytes, page: int, max_pixels: int = MAX_PIXELS, percentiles: Percentiles | None = None
) -> Decoded:
    """Decode one page of a file as `decode` does.  page: one of those that `pages` tells of, from 0.

    percentiles: of more than 8 bits, where black and white are.  Raises InvalidInput.
    """
    try:
        with opened(io.BytesIO(data), page, max_pixels) as image:
            return Decoded(*pixels(image, data, percentiles))
    except Unread as fault:
        if not data.startswith(TIFF):
            raise
        try:
            found = read_stack(data, max_pixels)
        except ModuleNotFoundError:
            raise InvalidInput(f"{fault}; tifffile may read it: {INSTALL}") from None
        except Unread:
            raise fault from None
        if page >= len(found.planes):
            raise InvalidInput(f"there is no page {page + 1}, the file has {len(found.planes)}") from None
        return Decoded(*shown(found.planes[page], percentiles, inverted=found.inverted))


def encode_png(picture: Picture) -> bytes:
    """Encode a grey or RGB picture as PNG."""
    return _encode(picture, "PNG", {"compress_level": 6})


def encode_jpeg(picture: Picture, quality: int) -> bytes:
    """Encode a picture as JPEG of quality 1 to 95, colours in full resolution because thin lines need them."""
    return _encode(picture, "JPEG", {"quality": quality, "subsampling": 0})


def _encode(picture: Picture, name: str, options: dict[str, int]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, name, **options)
    return buffer.getvalue()
