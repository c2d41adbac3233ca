"""A contact sheet: a few samples, each beside its instances painted in the colours of their classes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.categories import CategoryTable
from maskline.contract.coco.overlay import overlay
from maskline.contract.picture import decode
from maskline.contract.shard import Sample

SAMPLES = 12
COLUMNS = 3
CELL_PX = 256
GAP_PX = 6
PAPER = (221, 221, 221)
MOST_PIXELS = 100_000_000


def contact_sheet(samples: Sequence[Sample], categories: CategoryTable) -> npt.NDArray[np.uint8]:
    """Return the (H, W, 3) RGB sheet: rows of COLUMNS samples, each as its picture and, right of it, its instances."""
    step = CELL_PX + GAP_PX
    rows = -(-len(samples) // COLUMNS)
    sheet = Image.new("RGB", (2 * COLUMNS * step + GAP_PX, rows * step + GAP_PX), PAPER)
    for number, sample in enumerate(samples):
        left, top = number % COLUMNS * 2 * step + GAP_PX, number // COLUMNS * step + GAP_PX
        picture = decode(sample.members["png"], MOST_PIXELS)
        painted = overlay(picture, sample.annotations, categories)
        for offset, shown in ((0, picture), (step, painted)):
            thumbnail = Image.fromarray(shown).convert("RGB")
            thumbnail.thumbnail((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
            sheet.paste(thumbnail, (left + offset, top))
    return np.asarray(sheet)
