"""A contact sheet: a few samples, each beside its instances painted in the colours of their classes."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.preview.preview import Preview
from maskline.contract.shard import Sample

SAMPLES = 12
COLUMNS = 3
CELL_PX = 512
"""Pictures of a thousand pixels keep their lines at half the size; smaller ones are shown as they are."""
GAP_PX = 6
PAPER = (221, 221, 221)
Pixels = npt.NDArray[np.uint8]


def contact_sheet(preview: Preview, cell_px: int = CELL_PX) -> Pixels:
    """Return the (H, W, 3) RGB sheet: rows of COLUMNS samples, each as its picture and, right of it, its instances.

    cell_px: the most that a picture may measure on the sheet; larger ones are scaled down, none up.
    """
    shown = [_pair(sample, preview, cell_px) for sample in preview.samples]
    columns = min(COLUMNS, len(shown))
    width = max(picture.width for picture, _ in shown) + GAP_PX
    heights = [
        max(picture.height for picture, _ in shown[first : first + columns]) + GAP_PX
        for first in range(0, len(shown), columns)
    ]
    sheet = Image.new("RGB", (2 * columns * width + GAP_PX, sum(heights) + GAP_PX), PAPER)
    for number, pair in enumerate(shown):
        row, column = divmod(number, columns)
        for side, picture in enumerate(pair):
            sheet.paste(picture, (GAP_PX + (2 * column + side) * width, GAP_PX + sum(heights[:row])))
    return np.asarray(sheet)


def _pair(sample: Sample, preview: Preview, cell_px: int) -> tuple[Image.Image, Image.Image]:
    picture, instances = (
        Image.fromarray(shown).convert("RGB") for shown in preview.kind.painted(sample, preview.categories)
    )
    for shown in (picture, instances):
        shown.thumbnail((cell_px, cell_px), Image.Resampling.LANCZOS)
    return picture, instances
