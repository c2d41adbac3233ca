"""Pictures that somebody brought: which files are pictures, and what they hold."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.errors import AccessDenied, Changed, InvalidInput
from maskline.contract.kind.prediction import Unreadable
from maskline.contract.picture.file import MAX_PIXELS
from maskline.contract.store import open_store
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.prediction.listing import list_pictures
from maskline.pictures.prediction.reading import Given, read_listed

HEIGHT, WIDTH = 40, 60
GREY = np.full((HEIGHT, WIDTH), 255, np.uint8)
GREY[10:30, 20:45] = 0
RGB = np.repeat(GREY[..., None], 3, axis=2)


def file(format: str, pixels: NDArray[Any], mode: str = "", **options: Any) -> bytes:  # noqa: A002 - Pillow's word
    image = Image.fromarray(pixels)
    buffer = io.BytesIO()
    (image.convert(mode) if mode else image).save(buffer, format, **options)
    return buffer.getvalue()


READABLE = {
    "grey.png": file("PNG", GREY),
    "bits.png": file("PNG", GREY, "1"),
    "grey-alpha.png": file("PNG", GREY, "LA"),
    "palette.png": file("PNG", RGB, "P"),
    "colour.png": file("PNG", RGB),
    "alpha.png": file("PNG", RGB, "RGBA"),
    "deep.png": file("PNG", GREY.astype(np.uint16) * 257),
    "colour.jpg": file("JPEG", RGB),
    "grey.jpeg": file("JPEG", GREY),
    "print.jpg": file("JPEG", RGB, "CMYK"),
    "deep.tif": file("TIFF", GREY.astype(np.uint16) * 257),
    "float.tiff": file("TIFF", GREY.astype(np.float32) / 255),
    "fax.tif": file("TIFF", GREY, "1", compression="group4"),
    "colour.bmp": file("BMP", RGB),
    "palette.bmp": file("BMP", GREY, "P"),
    "colour.webp": file("WEBP", RGB),
    "alpha.webp": file("WEBP", RGB, "RGBA", lossless=True),
    "no-suffix": file("PNG", GREY),
    "old.jfif": file("JPEG", GREY),
    "still.gif": file("GIF", GREY),
    "scan.jp2": file("JPEG2000", GREY),
    "dim.png": file("PNG", GREY.astype(np.uint16) * 16),
    "wrong-suffix.jpg": file("PNG", GREY),
    "sub/folder with blank/ünï.png": file("PNG", GREY),
}
UNREADABLE = {
    "empty.png": (b"", "0 bytes"),
    "notes.txt": (b"these are no pixels", "no picture of a known format"),
    "cut.png": (READABLE["colour.png"][:80], "damaged"),
    "cut.jpg": (READABLE["colour.jpg"][:-300], "damaged"),
    "huge.png": (
        file("PNG", np.zeros((10_000, 10_001), bool)),
        "100,010,000 pixels, more than the 100,000,000 allowed",
    ),
}


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def read(folder: Path) -> tuple[dict[str, Given], dict[str, str]]:
    """Return the pictures below a folder, and why others are none, by name."""
    found = list(read_listed(list_pictures(str(folder)), open_store(str(folder)), MAX_PIXELS))
    unreadable = {each.file_name: each.reason for each in found if isinstance(each, Unreadable)}
    return {each.file_name: each for each in found if isinstance(each, Given)}, unreadable


def test_every_format_and_mode_is_read_and_the_unreadable_are_listed(folder: Path) -> None:
    put(folder, READABLE | {name: data for name, (data, _) in UNREADABLE.items()} | {".hidden": b"not even listed"})
    found, listed = read(folder)
    assert set(found) == set(READABLE)
    entries = [picture.describe() for picture in found.values()]
    assert {(entry["width"], entry["height"]) for entry in entries} == {(WIDTH, HEIGHT)}
    assert len({entry["id"] for entry in entries}) == len(READABLE)
    assert set(listed) == set(UNREADABLE)
    for name, (_, reason) in UNREADABLE.items():
        assert reason in listed[name]


def test_files_that_cannot_even_be_opened_are_listed_and_the_others_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, {"a.png": READABLE["grey.png"], "closed.png": READABLE["grey.png"]})
    (folder / os.fsdecode(b"gr\xfcn.png")).write_bytes(READABLE["grey.png"])
    read_file = DirectoryStore.read

    def guarded(store: DirectoryStore, path: str) -> bytes:  # root may read everything
        if path == "closed.png":
            raise AccessDenied("closed.png may not be read")
        return read_file(store, path)

    monkeypatch.setattr(DirectoryStore, "read", guarded)
    found, unreadable = read(folder)
    assert set(found) == {"a.png"}
    assert unreadable == {"closed.png": "closed.png may not be read", "gr\\xfcn.png": "its name is not UTF-8"}


def test_every_page_is_a_picture_and_of_what_moves_the_first_frame(folder: Path) -> None:
    inverse = Image.fromarray(255 - GREY)
    more: dict[str, Any] = {"save_all": True, "append_images": [inverse, inverse]}
    put(folder, {"a.gif": file("GIF", GREY, **more), "b.tif": file("TIFF", GREY, **more)})
    (folder / "cut.tif").write_bytes((folder / "b.tif").read_bytes()[:-1000])
    found, unreadable = read(folder)
    assert {"a.gif", "b.tif", "b.tif.page-2", "b.tif.page-3"} <= set(found)
    assert len({picture.id for picture in found.values()}) == len(found)
    assert [name.startswith("cut.tif") for name in unreadable] == [True]
    assert found["a.gif"].remark.startswith("there are more pictures in the file")
    assert (found["b.tif.page-2"].pixels == 255 - GREY).all()


def test_equal_pictures_in_any_file_are_equal_pixels(folder: Path) -> None:
    lossless = (
        "grey.png",
        "palette.png",
        "colour.png",
        "alpha.png",
        "deep.png",
        "deep.tif",
        "dim.png",
        "float.tiff",
        "colour.bmp",
    )
    put(folder, {name: READABLE[name] for name in lossless})
    found, _ = read(folder)
    for picture in found.values():
        assert (picture.pixels == (GREY if picture.pixels.ndim == 2 else RGB)).all()


@pytest.mark.parametrize("place", ["", "nowhere", "a.png"])
def test_no_files_are_one_error(folder: Path, place: str) -> None:
    if place == "a.png":
        put(folder, {place: READABLE["grey.png"]})
    with pytest.raises(InvalidInput, match=r"images = .*: there are no files; it must be a folder or"):
        list_pictures(str(folder / place))


def test_a_picture_that_changes_after_it_was_listed_is_refused(folder: Path) -> None:
    put(folder, {"a.png": READABLE["grey.png"]})
    listed = list_pictures(str(folder))
    put(folder, {"a.png": READABLE["bits.png"]})
    with pytest.raises(Changed, match=r"pictures/a\.png was changed"):
        list(read_listed(listed, open_store(str(folder)), MAX_PIXELS))


def test_pictures_are_scaled_as_an_import_scales_them(tmp_path: Path) -> None:
    values = np.array([[0, 100, 200, 300, 60_000]], np.uint16)
    Image.fromarray(values).save(tmp_path / "a.tif")
    listed = list_pictures(str(tmp_path))
    (found,) = read_listed(listed, open_store(str(tmp_path)), MAX_PIXELS, (25, 75))
    assert isinstance(found, Given)
    assert found.pixels.tolist() == [[0, 0, 128, 255, 255]]
    assert "their percentiles 25 and 75" in found.remark
