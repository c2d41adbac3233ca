"""From a picture as Pillow opens it to grey or RGB: orientation, transparency, colours.

H, W: height and width in pixels.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageFile, ImageStat

from maskline.contract.picture.deep import deep
from maskline.contract.picture.depth import Deep, opacity, to_eight_bits

Pixels = npt.NDArray[np.uint8]
GREY_MODES = ("1", "L", "LA", "La")
PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
LIGHT = 0.65
"""Luminance, of white's, above which ink is lost on white paper."""
ORIENTATION = 0x0112
"""Exif 2.3, tag Orientation: 1 is upright."""


def pixels(image: ImageFile.ImageFile, data: bytes) -> tuple[Pixels, str]:
    """Return the picture upright, (H, W) grey or (H, W, 3) RGB, and a remark if its values were scaled.

    data: the file that `image` was opened from.
    """
    values = deep(image, data)
    shown, remark = _deep(values) if values else (_shallow(image), "")
    return upright(shown, _orientation(image)), remark


def _deep(values: Deep) -> tuple[Pixels, str]:
    """Return a picture of more than 8 bits a channel, without transparency, and a remark if its values were scaled."""
    shown, remark = to_eight_bits(values)
    opaque = opacity(values)
    if opaque is None:
        return shown, remark
    drawn = Image.fromarray(shown)
    drawn.putalpha(Image.fromarray(opaque))
    return np.asarray(_laid_down(drawn.convert("RGBA")).convert("L" if shown.ndim == 2 else "RGB")), remark


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


def upright(shown: Pixels, orientation: int) -> Pixels:
    """Turn a picture so that it is upright.  orientation: Exif's, 1 to 8; others leave it as it is."""
    if orientation in (5, 6, 7, 8):
        shown = np.swapaxes(shown, 0, 1)
    if orientation in (3, 4, 7, 8):
        shown = shown[::-1]
    if orientation in (2, 3, 6, 7):
        shown = shown[:, ::-1]
    return np.ascontiguousarray(shown)
