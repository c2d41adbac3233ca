"""A picture's file: which formats are read, how large a picture may be, and what is one that cannot be read."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from maskline.contract.errors import InvalidInput, NoPicture

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "JPEG2000", "PPM", "AVIF")
"""By Pillow's names; what is in a file decides, not what it is called."""
SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"\0\0\0\x0cjP", b"\xff\x4f\xff\x51")
"""With these a file of such a format begins, even one that is damaged or of a kind that Pillow does not know."""
MAX_PIXELS = 100_000_000
"""The largest picture that any stage takes: 10,000 x 10,000. Below Pillow's own limit, which ends at 178,956,970."""
UNREAD = "the picture is damaged, or stored in a way that is not read"
COMPRESSION, WEBP = 259, 50001
"""TIFF 6.0, tag Compression, and a way to store that the libtiff of Pillow's wheels leaves out."""


class Unread(InvalidInput):
    """A picture of a known format that Pillow cannot read; another library may."""


@contextmanager
def opened(file: BinaryIO, page: int = 0, max_pixels: int = MAX_PIXELS) -> Iterator[ImageFile.ImageFile]:
    """Open one page of a file, not decoded yet; whatever a decoder raises until the end becomes InvalidInput.

    Decoders meet damage with whatever exception is at hand, struct.error and MemoryError among them.
    """
    head = file.read(16)
    file.seek(0)
    if not head:
        raise NoPicture("the file is empty (0 bytes)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a size that is checked below, and of notes that nobody reads
            image = Image.open(file, formats=FORMATS)
            image.seek(page)
            require_size(image.width, image.height, max_pixels)
            _require_readable(image)
            yield image
    except InvalidInput:
        raise
    except Image.DecompressionBombError as fault:  # told before there is a picture whose sides could be asked for
        found = re.search(r"\d+", str(fault))
        raise InvalidInput(
            _too_large(int(found[0]) if found else Image.MAX_IMAGE_PIXELS or 0, "", max_pixels)
        ) from None
    except UnidentifiedImageError:
        if head.startswith(SIGNATURES) or (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
            raise Unread(UNREAD) from None
        raise NoPicture(f"the file is no picture of a known format ({', '.join(FORMATS)})") from None
    except Exception as fault:
        raise InvalidInput(f"the picture is damaged: {str(fault) or type(fault).__name__}") from fault


def require_size(width: int, height: int, max_pixels: int) -> None:
    """Raise InvalidInput for a picture that is too large, or has no pixels."""
    if min(width, height) < 1:
        raise InvalidInput(f"the picture has {width} x {height} px: both must be more than 0")
    if width * height > max_pixels:
        raise InvalidInput(_too_large(width * height, f"{width} x {height} = ", max_pixels))


def _require_readable(image: Image.Image) -> None:
    if getattr(image, "tag_v2", {}).get(COMPRESSION) == WEBP:
        raise Unread(UNREAD)


def _too_large(pixels: int, sides: str, most: int) -> str:
    return f"the picture has {sides}{pixels:,} pixels, more than the {most:,} allowed"
