"""What the colours of an overlay mean, written below it.

H, W: pixels of the picture
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from maskline.contract.categories import CategoryTable

SIZE_PER_PX = 1 / 45
"""Height of the letters per pixel of the picture's longer side, so that they can be read when it is scaled down."""
SIZES_PX = (12, 40)
INK, PAPER = "#222222", "#ffffff"


def with_legend(
    painted: NDArray[np.uint8], instances: Mapping[int, int], categories: CategoryTable
) -> NDArray[np.uint8]:
    """Return an overlay, (H, W, 3) RGB, with a strip below it: each class that was found, its colour and how often.

    instances: category id -> how many.  The strip is as high as it needs to be; a picture that is narrower than one
    entry gets a white margin.
    """
    size = int(np.clip(round(max(painted.shape[:2]) * SIZE_PER_PX), *SIZES_PX))
    font = ImageFont.load_default(size)
    entries = [
        (category.colour, f"{category.name} {instances[category.id]}")
        for category in categories.categories
        if instances.get(category.id)
    ] or [(PAPER, "nothing found")]
    widths = [2.5 * size + font.getlength(text) for _, text in entries]
    width = max(painted.shape[1], int(max(widths)) + 1)
    rows = _rows(widths, width)
    canvas = Image.new("RGB", (width, painted.shape[0] + int((1.6 * (rows[-1][0] + 1) + 0.6) * size)), PAPER)
    canvas.paste(Image.fromarray(painted))
    draw = ImageDraw.Draw(canvas)
    for (colour, text), (row, x) in zip(entries, rows, strict=True):
        top = painted.shape[0] + (1.6 * row + 0.6) * size
        draw.rectangle((x + size / 2, top, x + 1.3 * size, top + 0.8 * size), colour)
        draw.text((x + 1.7 * size, top + 0.4 * size), text, INK, font, anchor="lm")
    return np.asarray(canvas)


def _rows(widths: Sequence[float], width: int) -> list[tuple[int, float]]:
    """Return row and left edge of each entry, set like words on lines of `width` pixels."""
    places, row, x = [], 0, 0.0
    for each in widths:
        if x and x + each > width:
            row, x = row + 1, 0.0
        places.append((row, x))
        x += each
    return places
