"""Any common picture file becomes grey or RGB; anything else becomes one clear error."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.errors import InvalidInput, NoPicture
from maskline.contract.picture import decode, decode_page, encode_jpeg, encode_png
from maskline.contract.picture.file import FORMATS, MAX_PIXELS
from maskline.contract.picture.pages import pages

LIMIT = 1_000_000
RAMP = np.linspace(0, 255, 40 * 30).reshape(30, 40).astype(np.uint8)
COLOURS = np.stack([RAMP, RAMP[::-1], RAMP[:, ::-1]], axis=2)
ORIENTATION = 0x0112


def file(image: Image.Image, name: str, **options: object) -> bytes:
    """The bytes of an image file."""
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def deep_png(values: NDArray[Any], colour_type: int, transparent: bytes = b"") -> bytes:
    """A PNG file of 16 bits a channel, which Pillow writes only in grey.  transparent: what its tRNS chunk holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, colour_type, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + row.astype(">u2").tobytes() for row in values))
    clear = chunk(b"tRNS", transparent) if transparent else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + clear + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tiff(values: NDArray[Any], sample_format: int, photometric: int = 1, order: str = "<") -> bytes:
    """A plain TIFF file of any type of number.  sample_format: 1 unsigned, 2 signed, 3 float."""
    channels = values.shape[2] if values.ndim == 3 else 1
    pixels = values.astype(values.dtype.newbyteorder(order)).tobytes()  # type: ignore[arg-type]
    bits, forms = [values.dtype.itemsize * 8] * channels, [sample_format] * channels
    height, width = values.shape[:2]
    fields = [(256, [width]), (257, [height]), (258, bits), (259, [1]), (262, [photometric]), (273, [8])]
    fields += [(277, [channels]), (278, [height]), (279, [len(pixels)]), (339, forms)]
    beyond, entries = b"", b""
    for tag, numbers in fields:
        packed = struct.pack(f"{order}{len(numbers)}H", *numbers).ljust(4, b"\0")
        place = struct.pack(f"{order}I", 8 + len(pixels) + len(beyond)) if len(packed) > 4 else packed
        beyond += packed if len(packed) > 4 else b""
        entries += struct.pack(f"{order}HHI", tag, 3, len(numbers)) + place
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(pixels) + len(beyond))
    return head + pixels + beyond + struct.pack(f"{order}H", len(fields)) + entries + bytes(4)


@pytest.mark.parametrize("name", ["PNG", "TIFF", "BMP", "JPEG2000", "PPM"])
def test_lossless_grey_comes_back_exactly(name: str) -> None:
    assert np.array_equal(decode(file(Image.fromarray(RAMP), name), LIMIT), RAMP)


@pytest.mark.parametrize(
    ("name", "options"),
    [("JPEG", {"quality": 95}), ("WEBP", {"lossless": True}), ("GIF", {}), ("AVIF", {"quality": 95})],
)
def test_other_formats_come_back_nearly(name: str, options: dict[str, object]) -> None:
    picture = decode(file(Image.fromarray(RAMP), name, **options), LIMIT)
    grey = picture if picture.ndim == 2 else picture[:, :, 0]
    assert np.abs(grey.astype(int) - RAMP).max() <= 4


@pytest.mark.parametrize("name", FORMATS)
def test_every_mode_that_a_format_can_hold_is_read_with_its_light_and_its_dark(name: str) -> None:
    drawn = np.full((30, 40), 255, np.uint8)
    drawn[10:20, 10:30] = 0
    drawn[20:22] = 128  # two levels are few for a palette or a file of one bit
    held = 0
    for mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I;16", "I", "F"):
        image = Image.fromarray(drawn.astype(np.uint16) * 257) if mode == "I;16" else _converted(drawn, mode)
        try:
            data = file(image, name)
        except (OSError, ValueError, KeyError):
            continue  # the format has no such mode
        picture = decode(data, LIMIT)
        assert picture.dtype == np.uint8
        assert picture.shape in ((30, 40), (30, 40, 3)), mode
        assert picture[:9].mean() > 240, mode
        assert picture[12:18, 12:28].mean() < 15, mode
        held += 1
    assert held >= 4


def _converted(drawn: NDArray[np.uint8], mode: str) -> Image.Image:
    grey = Image.fromarray(drawn)
    return (
        grey.convert("RGBA" if mode == "PA" else "RGB").convert(mode)
        if mode in ("PA", "HSV", "LAB", "YCbCr")
        else grey.convert(mode)
    )


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
def test_grey_stays_grey(mode: str, shape: tuple[int, ...]) -> None:
    picture = decode(file(Image.new(mode, (40, 30)), "TIFF" if mode != "LA" else "PNG"), LIMIT)
    assert picture.shape == shape
    assert picture.dtype == np.uint8


def test_transparency_is_white_paper() -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert (decode(file(clear, "PNG"), LIMIT) == 255).all()


@pytest.mark.parametrize(
    ("mode", "ink"), [("RGBA", (255, 255, 255, 255)), ("RGBA", (230, 230, 80, 255)), ("LA", (220, 255))]
)
def test_light_ink_on_nothing_lies_on_black_as_in_dark_mode(mode: str, ink: tuple[int, ...]) -> None:
    drawn = Image.new(mode, (6, 4), (0,) * len(mode))
    drawn.putpixel((2, 1), ink)
    shown = decode(file(drawn, "PNG"), LIMIT)
    assert shown[1, 2].tolist() == (list(ink[:-1]) if mode == "RGBA" else ink[0])
    assert (np.delete(shown.reshape(24, -1), 8, axis=0) == 0).all()


def test_a_light_picture_with_a_clear_rim_lies_on_white_and_so_does_dark_ink() -> None:
    for inner, ink in ((5, (250, 250, 250, 255)), (1, (90, 90, 90, 255))):
        drawn = Image.new("RGBA", (6, 4), (0, 0, 0, 0))
        drawn.paste(ink, (0, 0, inner, 4))
        assert (decode(file(drawn, "PNG"), LIMIT)[:, 5] == 255).all()


def test_sixteen_bits_are_scaled() -> None:
    deep = Image.fromarray(np.array([[0, 32768, 65535]], np.uint16))
    assert decode(file(deep, "PNG"), LIMIT).tolist() == [[0, 128, 255]]


def test_floats_span_their_own_range() -> None:
    deep = Image.fromarray(np.array([[-1.0, 0.0, 1.0]], np.float32))
    assert decode(file(deep, "TIFF"), LIMIT).tolist() == [[0, 128, 255]]


LEVELS = RAMP.astype(np.int64)
GREY_AND_OPAQUE = np.stack([LEVELS * 16, LEVELS * 0 + 65535], axis=2)


@pytest.mark.parametrize(
    ("data", "spans"),
    [
        (deep_png(LEVELS * 16, 0), "0 to 4080"),
        (deep_png(LEVELS, 0), "0 to 255"),
        (deep_png(GREY_AND_OPAQUE, 4), "0 to 4080"),
        (tiff((LEVELS * 16).astype(np.uint16), 1), "0 to 4080"),
        (tiff((LEVELS * 16).astype(np.uint16), 1, order=">"), "0 to 4080"),
        (tiff((4080 - LEVELS * 16).astype(np.uint16), 1, photometric=0), "0 to 4080"),
        (tiff((LEVELS * 16 - 2000).astype(np.int16), 2), "-2000 to 2080"),
        (tiff((LEVELS - 128).astype(np.int8), 2), "-128 to 127"),
        (tiff(LEVELS.astype(np.int32), 2), "0 to 255"),
        (tiff((LEVELS * 16_843_009).astype(np.uint32), 1), "0 to 4.29497e+09"),
        (tiff((LEVELS + 2**31 - 256).astype(np.int32), 2), "2.14748e+09 to 2.14748e+09"),
        (file(Image.fromarray((LEVELS * 16).astype(np.uint16)), "TIFF", compression="tiff_lzw"), "0 to 4080"),
    ],
)
def test_integers_that_do_not_span_their_type_span_their_own_range(data: bytes, spans: str) -> None:
    found = decode_page(data, 0, LIMIT)
    assert np.array_equal(found.pixels, RAMP)
    assert found.remark == f"its values, {spans}, were scaled to 0 to 255"


@pytest.mark.parametrize("factor", [1, 16, 257])
@pytest.mark.parametrize("order", ["<", ">", "png"])
def test_colours_of_sixteen_bits_do_so_too(order: str, factor: int) -> None:
    values = (COLOURS.astype(np.uint16)) * factor
    data = deep_png(values, 2) if order == "png" else tiff(values, 1, photometric=2, order=order)
    found = decode_page(data, 0, LIMIT)
    assert np.array_equal(found.pixels, COLOURS)
    assert bool(found.remark) == (factor < 257)


def test_values_that_are_no_numbers_are_white_and_infinite_ones_the_ends() -> None:
    values = np.array([[np.nan, -np.inf, 0.0, 0.5, 1.0, np.inf]], np.float32)
    found = decode_page(tiff(values, 3), 0, LIMIT)
    assert found.pixels.tolist() == [[255, 0, 0, 128, 255, 255]]
    assert found.remark.endswith("; 3 are no numbers")
    assert (decode(tiff(np.full((2, 2), np.nan, np.float32), 3), LIMIT) == 255).all()


@pytest.mark.parametrize("values", [np.zeros((2, 3), np.float32), np.full((2, 3), 7.5, np.float32)])
def test_a_picture_without_any_difference_is_white(values: NDArray[np.float32]) -> None:
    found = decode_page(tiff(values, 3), 0, LIMIT)
    assert (found.pixels == 255).all()
    assert found.remark == f"all of its values are {values[0, 0]:.6g}: it is white"


def test_values_span_percentiles_where_these_are_asked_for_and_a_remark_tells_them() -> None:
    values = np.array([[0, 100, 200, 300, 60_000]], np.uint16)  # a hot pixel would leave the others black
    found = decode_page(tiff(values, 1), 0, LIMIT, (25, 75))
    assert found.pixels.tolist() == [[0, 0, 128, 255, 255]]
    assert found.remark == (
        "its values, 0 to 60000, were scaled: 100 to 300, their percentiles 25 and 75, became 0 to 255, 40.00% of "
        "them lie beyond"
    )
    flat = np.array([[5, 5, 5, 5, 9]], np.uint16)
    assert decode_page(tiff(flat, 1), 0, LIMIT, (25, 75)).pixels.tolist() == [[0, 0, 0, 0, 255]]
    assert decode_page(encode_png(RAMP), 0, LIMIT, (25, 75)).pixels.tolist() == RAMP.tolist()


def foreign(values: NDArray[Any], **options: Any) -> bytes:
    """A TIFF as tifffile writes it."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "compression", ["lerc", "jpegxl", "jpeg2000", "png", "zlib", "lzw", "zstd", "packbits", "lzma"]
)
def test_a_tiff_is_read_however_it_is_stored(compression: str) -> None:
    assert np.array_equal(decode(foreign(RAMP, compression=compression), LIMIT), RAMP)


def test_colours_that_are_stored_as_webp_are_read() -> None:
    lossless = foreign(COLOURS, compression="webp", compressionargs={"lossless": True}, photometric="rgb")
    assert np.array_equal(decode(lossless, LIMIT), COLOURS)


def test_floats_of_64_bits_are_read_with_their_light_and_their_dark() -> None:
    values = RAMP.astype(np.float64) / 7
    assert np.array_equal(decode(tiff(values, 3), LIMIT), RAMP)
    assert np.array_equal(decode(tiff(values, 3, photometric=0), LIMIT), 255 - RAMP)
    assert np.array_equal(decode(foreign(COLOURS / 7, photometric="rgb"), LIMIT), COLOURS)


def test_pages_of_a_stack_that_pillow_does_not_read_are_pictures_of_their_own() -> None:
    stack = foreign(np.stack([RAMP, RAMP[::-1]]), compression="jpegxl", photometric="minisblack")
    assert pages(io.BytesIO(stack)).numbers == (0, 1)
    assert np.array_equal(decode_page(stack, 1, LIMIT).pixels, RAMP[::-1])
    with pytest.raises(InvalidInput, match="there is no page 3, the file has 2"):
        decode_page(stack, 2, LIMIT)


def test_a_transparent_colour_of_sixteen_bits_is_paper_and_the_others_stay() -> None:
    grey = np.array([[0, 32768, 65535, 9]])
    assert decode(deep_png(grey, 0, struct.pack(">H", 9)), LIMIT).tolist() == [[0, 128, 255, 255]]
    ink_on_clear = np.array([[0, 9, 0]])
    assert decode(deep_png(ink_on_clear, 0, struct.pack(">H", 9)), LIMIT).tolist() == [[0, 255, 0]]
    colour = np.stack([grey] * 3, axis=2)
    shown = decode(deep_png(colour, 2, struct.pack(">HHH", 9, 9, 9)), LIMIT)
    assert shown[0, :, 0].tolist() == [0, 128, 255, 255]


@pytest.mark.parametrize("light", [65_535, 50_000, 4_000])
def test_light_ink_of_sixteen_bits_on_nothing_lies_on_black(light: int) -> None:
    values = np.zeros((1, 8, 4), np.uint16)
    values[0, :2] = [[light, light, light, 65535], [light, light, light, 65535]]
    shown = decode(deep_png(values, 6), LIMIT)[0, :, 0]
    assert (shown[:2] > 150).all()
    assert (shown[2:] == 0).all()


def test_shapes_that_only_transparency_draws_stay() -> None:
    values = np.zeros((1, 3, 4), np.uint16)
    values[0, :, 3] = [0, 65535, 32768]
    assert decode(deep_png(values, 6), LIMIT)[0, :, 0].tolist() == [255, 0, 127]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_cameras_orientation_is_applied(name: str, orientation: int) -> None:
    """As Exif has it: row 0 and column 0 of the file are these sides of the scene."""
    sides = (
        "top left",
        "top right",
        "bottom right",
        "bottom left",
        "left top",
        "right top",
        "right bottom",
        "left bottom",
    )
    scene = np.full((40, 60), 255, np.uint8)
    scene[:20, :20] = 0
    rows, columns = sides[orientation - 1].split()
    stored = scene if rows in ("top", "bottom") else scene.T
    stored = stored[::-1] if rows in ("bottom", "right") else stored
    stored = stored[:, ::-1] if columns in ("right", "bottom") else stored
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    shown = decode(file(Image.fromarray(np.ascontiguousarray(stored)), name, exif=exif), LIMIT)
    assert shown.shape[:2] == (40, 60)
    assert np.abs(shown.reshape(40, 60, -1)[..., 0].astype(int) - scene).max() < 60


def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    return struct.pack("<HHI", tag, kind, count) + value


UPRIGHT = entry(ORIENTATION, 3, 1, struct.pack("<I", 6))


@pytest.mark.parametrize(
    ("entries", "turned"),
    [
        ([UPRIGHT, entry(0x0132, 3, 1, struct.pack("<I", 7))], True),  # a date that is a number
        ([UPRIGHT, entry(0x011A, 2, 4, b"AAA\0")], True),  # a resolution that is a text
        ([UPRIGHT, entry(0x8298, 5, 1, struct.pack("<I", 10**6))], True),  # an address beyond the end
        ([UPRIGHT, entry(0x8769, 2, 4, b"xyz\0")], True),  # a folder of tags that is a text
        ([entry(ORIENTATION, 1, 1, bytes([6, 0, 0, 0]))], True),  # a byte
        ([entry(ORIENTATION, 2, 2, b"6\0\0\0")], False),  # a text
        ([entry(ORIENTATION, 5, 1, struct.pack("<I", 10**6))], False),
        ([entry(ORIENTATION, 3, 1, struct.pack("<I", 77))], False),
    ],
)
def test_nothing_but_the_orientation_counts_in_a_cameras_notes(entries: list[bytes], turned: bool) -> None:  # noqa: FBT001
    notes = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    data = file(Image.fromarray(RAMP), "JPEG", exif=notes)
    assert decode(data, LIMIT).shape == ((40, 30) if turned else (30, 40))


@pytest.mark.parametrize(
    "fault", [struct.error("unpack"), MemoryError(), IndexError("x"), SyntaxError(), TypeError("y")]
)
def test_whatever_a_decoder_raises_is_one_picture_that_cannot_be_read(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(_: Image.Image) -> None:
        raise fault

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    with pytest.raises(InvalidInput, match=f"the picture is damaged: {str(fault) or type(fault).__name__}"):
        decode(encode_png(RAMP), LIMIT)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (encode_png(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8))[:2000], "damaged"),
        (b"\x89PNG", "the picture is damaged, or stored in a way that is not read"),
        (b"II*\0" + bytes(12), "the picture is damaged, or stored in a way that is not read"),
        (
            encode_png(np.zeros((1000, 1001), np.uint8)),
            "1001 x 1000 = 1,001,000 pixels, more than the 1,000,000 allowed",
        ),
    ],
)
def test_what_is_no_usable_picture_is_told(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as raised:
        decode(data, LIMIT)
    assert not isinstance(raised.value, NoPicture)


def test_an_empty_file_is_no_picture() -> None:
    with pytest.raises(NoPicture, match=r"empty \(0 bytes\)"):
        decode(b"", LIMIT)


@pytest.mark.parametrize(
    "data", [b"C1CCCCC1\n", b"\0" * 100, b"%PDF-1.7\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_picture_at_all_is_told_apart(data: bytes) -> None:
    with pytest.raises(NoPicture, match=r"no picture of a known format \(PNG, JPEG"):
        decode(data, LIMIT)


@pytest.mark.parametrize(
    ("change", "told"),
    [(lambda data: data, "10000 x 10001 = 100,010,000"), (lambda data: wider(data, 20_000), "200,020,000")],
)
def test_a_hundred_megapixels_are_refused_before_they_are_decoded(change: Callable[[bytes], bytes], told: str) -> None:
    """One message and one number, whether ours or Pillow's own limit is met first."""
    huge = change(file(Image.new("1", (10_000, 10_001)), "PNG"))
    with pytest.raises(InvalidInput, match=f"the picture has {told} pixels, more than the {MAX_PIXELS:,} allowed"):
        decode(huge)


def wider(png: bytes, width: int) -> bytes:
    """The file with another width in its head."""
    head = png[12:16] + struct.pack(">I", width) + png[20:29]
    return png[:12] + head + struct.pack(">I", zlib.crc32(head)) + png[33:]


def test_encode_png_is_lossless_and_jpeg_nearly() -> None:
    assert np.array_equal(decode(encode_png(RAMP), LIMIT), RAMP)
    assert np.abs(decode(encode_jpeg(RAMP, 90), LIMIT).astype(int) - RAMP).max() <= 6


@pytest.mark.parametrize("lost", [100, 3000, 10_000])
def test_a_stack_whose_pages_were_cut_off_is_not_read_as_a_shorter_one(lost: int) -> None:
    planes = np.arange(3 * 32 * 32, dtype=np.float64).reshape(3, 32, 32)  # of 64 bits: Pillow does not read them
    file = io.BytesIO()
    tifffile.imwrite(file, planes, photometric="minisblack", metadata=None)

    with pytest.raises(InvalidInput, match="the picture is damaged"):
        pages(io.BytesIO(file.getvalue()[:-lost]))
