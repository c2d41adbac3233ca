"""Pictures as arrays: any common file in, grey or RGB out.

H, W: height and width in pixels.  Origin top left, 8 bits a channel, 0 black, 255 white.
"""

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from maskline.contract.errors import InvalidInput

Picture = npt.NDArray[np.uint8]
FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
GREY_MODES = ("1", "L", "I", "F", "I;16", "I;16B", "I;16L")
GREY_MODES_WITH_ALPHA = ("LA", "La", "L", "1")
SIXTEEN_BITS = 65_535


def decode(data: bytes, max_pixels: int) -> Picture:
    """Decode a PNG, JPEG, TIFF, BMP or WebP file of any mode.

    Returns (H, W) for grey pictures and (H, W, 3) RGB for others. Transparency is laid over white, 16 bits are scaled
    to 8, the camera's orientation is applied; of several frames the first counts.
    max_pixels: the most pixels a picture may have; checked before its pixels are decoded.
    Raises InvalidInput for empty, damaged or other files and for larger pictures.
    """
    if not data:
        raise InvalidInput("the file is empty (0 bytes)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # max_pixels is the rule here
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > max_pixels:
                size = f"{image.width} x {image.height} = {image.width * image.height:,} pixels"
                raise InvalidInput(f"the picture has {size}, more than the {max_pixels:,} allowed")
            return _array(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError:
        raise InvalidInput(f"the picture has more than the {max_pixels:,} pixels allowed") from None
    except UnidentifiedImageError:
        raise InvalidInput(f"the file is no picture of a known format ({', '.join(FORMATS)})") from None
    except (OSError, SyntaxError, ValueError) as fault:
        raise InvalidInput(f"the picture is damaged: {fault}") from fault


def _array(image: Image.Image) -> Picture:
    if image.has_transparency_data:
        opaque = image.convert("RGBA")
        flat = Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque)
        return np.asarray(flat.convert("L" if image.mode in GREY_MODES_WITH_ALPHA else "RGB"))
    return _grey(image) if image.mode in GREY_MODES else np.asarray(image.convert("RGB"))


def _grey(image: Image.Image) -> Picture:
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))
    values = np.asarray(image).astype(np.float64)
    # Files do not say what white is: 16-bit integers span their type, anything else its own range of values.
    if image.mode != "F" and values.max(initial=0) <= SIXTEEN_BITS and values.min(initial=0) >= 0:
        return np.round(values * (255 / SIXTEEN_BITS)).astype(np.uint8)
    low, high = np.nanmin(values), np.nanmax(values)
    scaled = (np.nan_to_num(values, nan=low) - low) * (255 / max(high - low, np.finfo(np.float64).tiny))
    return np.round(scaled).astype(np.uint8)


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
