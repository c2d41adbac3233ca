"""Any common picture file becomes grey or RGB; anything else becomes one clear error."""

import io

import numpy as np
import pytest
from PIL import Image

from maskline.contract.errors import InvalidInput
from maskline.contract.picture import decode, encode_jpeg, encode_png

LIMIT = 1_000_000
RAMP = np.linspace(0, 255, 40 * 30).reshape(30, 40).astype(np.uint8)


def file(image: Image.Image, name: str, **options: object) -> bytes:
    """The bytes of an image file."""
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["PNG", "TIFF", "BMP"])
def test_lossless_grey_comes_back_exactly(name: str) -> None:
    assert np.array_equal(decode(file(Image.fromarray(RAMP), name), LIMIT), RAMP)


@pytest.mark.parametrize(("name", "options"), [("JPEG", {"quality": 95}), ("WEBP", {"lossless": True})])
def test_other_formats_come_back_nearly(name: str, options: dict[str, object]) -> None:
    picture = decode(file(Image.fromarray(RAMP), name, **options), LIMIT)
    grey = picture if picture.ndim == 2 else picture[:, :, 0]
    assert np.abs(grey.astype(int) - RAMP).max() <= 4


@pytest.mark.parametrize(
    ("mode", "shape"),
    [
        ("1", (30, 40)),
        ("L", (30, 40)),
        ("P", (30, 40, 3)),
        ("RGB", (30, 40, 3)),
        ("CMYK", (30, 40, 3)),
        ("LA", (30, 40)),
    ],
)
def test_modes(mode: str, shape: tuple[int, ...]) -> None:
    picture = decode(file(Image.new(mode, (40, 30)), "TIFF" if mode != "LA" else "PNG"), LIMIT)
    assert picture.shape == shape
    assert picture.dtype == np.uint8


def test_transparency_is_white_paper() -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert (decode(file(clear, "PNG"), LIMIT) == 255).all()


def test_sixteen_bits_are_scaled() -> None:
    deep = Image.fromarray(np.array([[0, 32768, 65535]], np.uint16))
    assert decode(file(deep, "PNG"), LIMIT).tolist() == [[0, 128, 255]]


def test_floats_span_their_own_range() -> None:
    deep = Image.fromarray(np.array([[-1.0, 0.0, 1.0]], np.float32))
    assert decode(file(deep, "TIFF"), LIMIT).tolist() == [[0, 128, 255]]


def test_the_cameras_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees to display
    assert decode(file(Image.new("L", (40, 30)), "JPEG", exif=exif), LIMIT).shape == (40, 30)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"empty \(0 bytes\)"),
        (b"C1CCCCC1\n", r"no picture of a known format \(PNG, JPEG"),
        (encode_png(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8))[:2000], "damaged"),
        (
            encode_png(np.zeros((1000, 1001), np.uint8)),
            "1001 x 1000 = 1,001,000 pixels, more than the 1,000,000 allowed",
        ),
    ],
)
def test_what_is_no_usable_picture_is_told(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        decode(data, LIMIT)


def test_a_hundred_megapixels_are_refused_before_they_are_decoded() -> None:
    huge = file(Image.new("1", (10_000, 10_001)), "PNG")
    with pytest.raises(InvalidInput, match="100,010,000 pixels"):
        decode(huge, LIMIT)


def test_encode_png_is_lossless_and_jpeg_nearly() -> None:
    assert np.array_equal(decode(encode_png(RAMP), LIMIT), RAMP)
    assert np.abs(decode(encode_jpeg(RAMP, 90), LIMIT).astype(int) - RAMP).max() <= 6
