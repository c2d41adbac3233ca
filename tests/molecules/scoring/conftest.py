"""Truths and results made by hand: boxes of pixels on a small picture."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from maskline.contract.coco import rle
from maskline.molecules.categories import TABLE

SIZE = 60, 120
"""Height and width of the picture."""
Entry = dict[str, Any]
Mark = Callable[..., Entry]
IDS = {category.name: category.id for category in TABLE.categories}


@pytest.fixture
def mark() -> Mark:
    """Make an annotation: a class, and boxes [x, y, w, h] that are its mask."""

    def make(name: str, *boxes: tuple[int, int, int, int], **fields: Any) -> Entry:
        mask = np.zeros(SIZE, bool)
        for x, y, w, h in boxes:
            mask[y : y + h, x : x + w] = True
        return {"image_id": 1, "category_id": IDS[name], "segmentation": rle.encode(mask), "score": 0.9} | fields

    return make


@pytest.fixture
def document() -> Callable[..., Entry]:
    """Make a COCO document of one picture, or of more that are empty."""

    def make(*annotations: Entry, images: int = 1) -> Entry:
        return {
            "images": [{"id": key + 1, "width": SIZE[1], "height": SIZE[0]} for key in range(images)],
            "annotations": list(annotations),
            "categories": TABLE.coco(),
        }

    return make
