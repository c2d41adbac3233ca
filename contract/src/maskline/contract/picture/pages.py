"""The pictures in one file: the pages of a TIFF, and of anything that moves the first frame.

A page after the first has a name of its own, the file's with `.page-<number>` behind it, counted from 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import BinaryIO

from PIL import Image

from maskline.contract.picture.file import MAX_PIXELS, Unread, opened
from maskline.contract.picture.tiff import TIFF, read_stack

SMALLER, MASK = 1, 4
NEW_SUBFILE_TYPE, SUBFILE_TYPE, SUBFILE_SMALLER = 254, 255, 2
"""TIFF 6.0, section 8: what a page is, bit by bit, and in the older way."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a file that are pictures of their own.

    numbers: from 0.  remark: what else is in the file and was left out; mostly empty.
    """

    numbers: tuple[int, ...]
    remark: str = ""


def pages(file: BinaryIO) -> Pages:
    """Return which pictures are in a file.  None of them is decoded.

    Copies of a page at a lower resolution and transparency masks, which TIFF marks, are no pictures of their own.
    Raises NoPicture for a file of another format, InvalidInput for one that cannot be read.
    """
    try:
        with opened(file) as image:
            if image.format == "TIFF":
                return _pages_of_tiff(image)
            if getattr(image, "is_animated", False):
                return Pages((0,), "there are more pictures in the file, as in an animation: the first one counts")
            return Pages((0,))
    except Unread as fault:
        file.seek(0)
        data = file.read()
        if not data.startswith(TIFF) or find_spec("tifffile") is None:
            raise
        try:
            return Pages(tuple(range(len(read_stack(data, MAX_PIXELS).planes))))
        except Unread:
            raise fault from None


def page_name(file_name: str, page: int) -> str:
    """Return what a page is called.  page: from 0; the first one has the file's own name."""
    return f"{file_name}.page-{page + 1}" if page else file_name


def page_of(name: str) -> tuple[str, int]:
    """Return the file and the page that a name stands for; the inverse of `page_name`."""
    found = re.fullmatch(r"(.+)\.page-([1-9]\d{0,5})", name, re.DOTALL)
    return (found[1], int(found[2]) - 1) if found else (name, 0)


def _pages_of_tiff(image: Image.Image) -> Pages:
    every = list(_numbered(image))
    own = tuple(number for number, counts in every if counts) or (0,)
    left_out = len(every) - len(own)
    if not left_out:
        return Pages(own)
    return Pages(own, f"pages left out, as smaller copies or masks of others: {left_out} of {len(every)}")


def _numbered(image: Image.Image) -> Iterator[tuple[int, bool]]:
    """Yield every page's number and whether it is a picture of its own.

    The first that cannot be found is yielded, too, and ends the file: whoever decodes it is told why.
    """
    number = 0
    while True:
        try:
            image.seek(number)
        except EOFError:
            return
        except Exception:  # noqa: BLE001 - what a decoder meets damage with
            yield number, True
            return
        tags = getattr(image, "tag_v2", {})
        kind = tags.get(NEW_SUBFILE_TYPE, 0)
        smaller = isinstance(kind, int) and kind & (SMALLER | MASK)
        yield number, not smaller and tags.get(SUBFILE_TYPE) != SUBFILE_SMALLER
        number += 1
