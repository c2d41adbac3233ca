"""From a picture as Pillow opens it to grey or RGB: orientation, transparency, colours.

H, W: height and width in pixels.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageFile, ImageStat

from maskline.contract.errors import InvalidInput
from maskline.contract.picture.deep import TOP, deep
from maskline.contract.picture.depth import Deep, Percentiles, opacity, to_eight_bits

Pixels = npt.NDArray[np.uint8]
GREY_MODES = ("1", "L", "LA", "La")
PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
LIGHT = 0.65
"""Luminance, of white's, above which ink is lost on white paper."""
ORIENTATION = 0x0112
"""Exif 2.3, tag Orientation: 1 is upright."""


def pixels(image: ImageFile.ImageFile, data: bytes, percentiles: Percentiles | None = None) -> tuple[Pixels, str]:
    """Return the picture upright, (H, W) grey or (H, W, 3) RGB, and a remark if its values were scaled.

    data: the file that `image` was opened from.  percentiles: as `to_eight_bits` takes them.
    """
    values = deep(image, data)
    laid, remark = _deep(values, percentiles) if values else (_shallow(image), "")
    return upright(laid, _orientation(image)), remark


def shown(
    values: npt.NDArray[Any], percentiles: Percentiles | None = None, *, inverted: bool = False
) -> tuple[Pixels, str]:
    """Return a picture, and a remark, that another library than Pillow has read as its file has it.

    values: (H, W) or (H, W, channels): grey, RGB, or either with alpha.  inverted: 0 is white.
    """
    channels = values.shape[2] if values.ndim == 3 else 1
    if channels > 4 or values.dtype.kind == "c":
        raise InvalidInput(f"the picture has {channels} channels of {values.dtype}: grey, RGB, and alpha are read")
    if values.dtype == np.bool_:
        values = values.astype(np.uint8) * np.uint8(255)
    flat = values[..., 0] if values.shape[2:] == (1,) else values
    if flat.dtype == np.uint8:
        return _shallow(Image.fromarray(~flat if inverted else flat)), ""
    colours, clear = (flat[..., :-1], flat[..., -1] == 0) if channels in (2, 4) else (flat, None)
    colours = colours[..., 0] if colours.shape[2:] == (1,) else colours
    return _deep(Deep(colours, TOP if flat.dtype.kind in "iu" else 0, clear, inverted=inverted), percentiles)


def _deep(values: Deep, percentiles: Percentiles | None) -> tuple[Pixels, str]:
    """Return a picture of more than 8 bits a channel, without transparency, and a remark if its values were scaled."""
    scaled, remark = to_eight_bits(values, percentiles)
    opaque = opacity(values)
    if opaque is None:
        return scaled, remark
    drawn = Image.fromarray(scaled)
    drawn.putalpha(Image.fromarray(opaque))
    return np.asarray(_laid_down(drawn.convert("RGBA")).convert("L" if scaled.ndim == 2 else "RGB")), remark


def _shallow(image: Image.Image) -> Pixels:
    """Return a picture of 8 bits a channel or fewer, without transparency."""
    if image.mode == "LAB":
        lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return np.asarray(ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB"))
    grey = "L" if image.mode in GREY_MODES else "RGB"
    if not image.has_transparency_data:
        return np.asarray(image.convert(grey))
    straight = image.convert(PREMULTIPLIED.get(image.mode, image.mode))
    return np.asarray(_laid_down(straight.convert("RGBA")).convert(grey))


def _laid_down(drawn: Image.Image) -> Image.Image:
    """Lay transparency over white; over black where what is drawn is light and leaves most of the picture clear.

    So dark modes export: on white their ink would be lost.
    """
    on_black = Image.alpha_composite(Image.new("RGBA", drawn.size, "black"), drawn)
    seen, light = (ImageStat.Stat(of).sum[0] for of in (drawn.getchannel("A"), on_black.convert("L")))
    if seen < drawn.width * drawn.height * 255 / 2 and light > LIGHT * seen:
        return on_black
    return Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn)


def _orientation(image: Image.Image) -> int:
    """Return the camera's orientation, 1 to 8, and nothing else of its notes: 1 where they cannot be read."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - whatever is wrong with the notes, the picture is there
        return 1
    if isinstance(value, tuple | bytes) and value:
        value = value[0]
    return value if isinstance(value, int) else 1


def upright(turned: Pixels, orientation: int) -> Pixels:
    """Turn a picture so that it is upright.  orientation: Exif's, 1 to 8; others leave it as it is."""
    if orientation in (5, 6, 7, 8):
        turned = np.swapaxes(turned, 0, 1)
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)
