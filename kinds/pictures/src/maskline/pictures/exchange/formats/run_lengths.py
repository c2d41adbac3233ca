"""Run lengths as Kaggle's contests write them: `start length start length ...`, starts counted from 1.

Along the rows of a picture in Sartorius, down its columns in most others. The order is the reader's to know.

H, W: height and width in pixels.
"""

import re

import numpy as np
import numpy.typing as npt

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE, Mask
from maskline.contract.errors import InvalidInput
from maskline.pictures.exchange.config import Order

NUMBERS = re.compile(r"\d{1,15}(?:\s+\d{1,15})*")


def parse(text: str, height: int, width: int, order: Order) -> RLE:
    """Return the mask that run lengths describe.  Raises InvalidInput with the rule that is broken.

    The cost depends on the mask, not on the picture.
    """
    if not NUMBERS.fullmatch(text.strip()):
        raise InvalidInput(f"its run lengths must be whole numbers with spaces between them, not '{text[:40]}'")
    numbers = np.array(text.split(), dtype=np.int64)
    if len(numbers) % 2:
        raise InvalidInput(f"its run lengths are {len(numbers)} numbers: each start must be followed by a length")
    starts, lengths = numbers[::2] - 1, numbers[1::2]
    if starts.min() < 0 or lengths.min() < 1:
        raise InvalidInput("its run lengths hold a 0: starts count from 1, and no run is empty")
    ends = starts + lengths
    if ends.max() > height * width:
        raise InvalidInput(f"a run ends at {ends.max()}, beyond the {width} x {height} = {height * width} pixels")
    by_start = np.argsort(starts)
    if (starts[by_start][1:] < ends[by_start][:-1]).any():
        place = int(np.flatnonzero(starts[by_start][1:] < ends[by_start][:-1])[0])
        raise InvalidInput(f"two of its runs overlap, at {starts[by_start][place + 1] + 1}")
    crop, first, left = _crop(starts, lengths, width if order == "rows" else height)
    if order == "rows":
        return rle.encode_crop(crop, left, first, height, width)
    return rle.encode_crop(crop.T, first, left, height, width)


def spell(crop: Mask, x: int, y: int, size: list[int], order: Order) -> str:
    """Return the run lengths of a mask that is zero outside a crop, whose top left pixel is (x, y).

    size: H, W of the picture.
    """
    height, width = size
    lines, first, left, along = (crop, y, x, width) if order == "rows" else (crop.T, x, y, height)
    row, column = np.nonzero(lines)
    places = (row + first) * along + column + left
    breaks = np.flatnonzero(np.diff(places) != 1)
    starts = places[np.concatenate(([0], breaks + 1))] if len(places) else places
    ends = places[np.concatenate((breaks, [-1]))] if len(places) else places
    return " ".join(f"{start + 1} {end - start + 1}" for start, end in zip(starts, ends, strict=True))


def _crop(starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], along: int) -> tuple[Mask, int, int]:
    """Return the lines that runs touch as a mask within its box, and the number of its first line and column.

    along: pixels of a line.
    """
    places = np.repeat(starts - np.concatenate(([0], lengths.cumsum()[:-1])), lengths) + np.arange(lengths.sum())
    line, place = np.divmod(places, along)
    first, left = int(line.min()), int(place.min())
    crop = np.zeros((int(line.max()) + 1 - first, int(place.max()) + 1 - left), dtype=bool)
    crop[line - first, place - left] = True
    return crop, first, left
