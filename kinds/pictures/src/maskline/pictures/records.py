"""Pictures with masks as people see them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.categories import CategoryTable
from maskline.contract.coco.overlay import overlay
from maskline.contract.kind.records import Records
from maskline.contract.picture import decode
from maskline.contract.shard import Sample

RECORD = "coco/1"
"""What manifests call a picture with masks: a COCO image, its annotations, and the file that it names."""


class PictureRecords(Records):
    """The kind as previews and pages see it."""

    def painted(self, sample: Sample, categories: CategoryTable) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return a sample's picture, (H, W) grey or (H, W, 3) RGB, and the same with its masks painted over it, RGB."""
        picture = decode(sample.members[sample.image["file_name"].rpartition(".")[2]])
        return picture, overlay(picture, sample.annotations, categories)

    def size(self, record: Mapping[str, Any]) -> str:
        """Return width and height in pixels."""
        return f"{record['width']} \N{MULTIPLICATION SIGN} {record['height']} px"


records = PictureRecords()
