"""The values of pictures that have more than 8 bits a channel, or signs: Pillow's modes tell only half of them.

Of colours of 16 bits Pillow keeps the upper byte. The lower one is read by asking for the other order of bytes.

H, W: height and width in pixels.
"""

import io
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

from maskline.contract.errors import InvalidInput
from maskline.contract.picture.depth import NEAR, WHITE, Deep
from maskline.contract.picture.file import opened

GREY_MODES = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
TOP = 65_535
"""Integers of 32 bits rarely use more, and then span their own range."""
OTHER_ORDER = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}
WHITE_IS_ZERO = 0
BITS, PHOTOMETRIC, SAMPLE_FORMAT = 258, 262, 339
"""TIFF 6.0: tags BitsPerSample, PhotometricInterpretation and SampleFormat."""
UNSIGNED, SIGNED = 1, 2


def deep(image: ImageFile.ImageFile, data: bytes) -> Deep | None:
    """Return the values of a picture that has more than 8 bits a channel, or None if 8 bits hold what is in it.

    image: not decoded yet.  data: the file that it was opened from.
    """
    rawmode = _rawmode(image)
    image.load()
    if image.mode in GREY_MODES or (image.mode == "L" and _tag(image, SAMPLE_FORMAT, UNSIGNED) == SIGNED):
        return _grey(image)
    return _colours(image, rawmode, data) if image.mode in ("RGB", "RGBA") and ";16" in rawmode else None


def _grey(image: Image.Image) -> Deep:
    values = np.asarray(image)
    if image.mode == "L":
        values = values.view(np.int8)
    elif image.mode == "I" and image.format == "TIFF" and _tag(image, BITS, 0) == 32:
        values = values.view(np.uint32) if _tag(image, SAMPLE_FORMAT, UNSIGNED) == UNSIGNED else values
    transparent = image.info.get("transparency")
    clear = values == transparent if isinstance(transparent, int) else None
    inverted = _tag(image, PHOTOMETRIC, -1) == WHITE_IS_ZERO
    return Deep(values, 0 if image.mode == "F" else TOP, clear, inverted=inverted)


def _colours(image: ImageFile.ImageFile, rawmode: str, data: bytes) -> Deep | None:
    """Return values of 16 bits a channel, unless the upper bytes hold what is in them."""
    upper, transparent = np.asarray(image), image.info.get("transparency")
    if upper[..., :3].max(initial=0) >= NEAR * WHITE and transparent is None:
        return None
    if rawmode.startswith(("RGBa", "CMYK")):
        return None  # Pillow has worked with the upper bytes already
    values = _both_bytes(upper, rawmode, image.tell(), data)
    if isinstance(transparent, tuple):
        return Deep(values, TOP, (values == np.array(transparent)).all(axis=2))
    if values.shape[2] == 3:
        return Deep(values, TOP)
    seen = Deep(values[..., :-1], TOP, values[..., -1] == 0, values[..., -1])
    return replace(seen, values=seen.values[..., 0]) if rawmode.startswith("LA") else seen


def _both_bytes(upper: npt.NDArray[np.uint8], rawmode: str, page: int, data: bytes) -> npt.NDArray[np.uint16]:
    """Return the values whose upper bytes are known; lower ones that cannot be had are 0."""
    values: npt.NDArray[np.uint16] = upper.astype(np.uint16) << np.uint16(8)
    grey = rawmode.startswith("LA")  # upper and lower byte of grey, then of alpha, are four channels of 8 bits
    try:
        with opened(io.BytesIO(data), page, upper.shape[0] * upper.shape[1]) as image:
            image.tile = [tile._replace(args=_asking(tile.args, rawmode, grey=grey)) for tile in image.tile]
            found = np.asarray(image).astype(np.uint16)
    except InvalidInput:
        return values
    both: npt.NDArray[np.uint16] = found[..., ::2] << np.uint16(8) | found[..., 1::2] if grey else values | found
    return both


def _asking(args: Any, rawmode: str, *, grey: bool) -> Any:
    """Return a decoder's arguments with the rawmode that gives the other byte."""
    other = "RGBA" if grey else rawmode[:-1] + OTHER_ORDER[rawmode[-1]]
    return other if isinstance(args, str) else (other, *args[1:])


def _rawmode(image: ImageFile.ImageFile) -> str:
    """Return how the first part of a picture that is not decoded yet is packed, in Pillow's words."""
    args = image.tile[0].args if image.tile else ""
    first = args[0] if isinstance(args, tuple) and args else args
    return first if isinstance(first, str) else ""


def _tag(image: Image.Image, number: int, default: int) -> int:
    """Return a TIFF's tag, its first value of several."""
    value = getattr(image, "tag_v2", {}).get(number, default)
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, int) else default
