"""Pictures with masks as people see them: a COCO image, its annotations, and the file that it names."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.records import Records
from maskline.contract.shard import Sample

if TYPE_CHECKING:  # who only names kinds has no use for numpy
    import numpy as np
    from numpy.typing import NDArray


class PictureRecords(Records):
    """The kind as previews and pages see it."""

    def painted(self, sample: Sample, categories: CategoryTable) -> "tuple[NDArray[np.uint8], NDArray[np.uint8]]":
        """Return a sample's picture, (H, W) grey or (H, W, 3) RGB, and the same with its masks painted over it, RGB."""
        from maskline.contract.coco.overlay import overlay
        from maskline.contract.picture import decode

        picture = decode(sample.members[sample.image["file_name"].rpartition(".")[2]])
        return picture, overlay(picture, sample.annotations, categories)

    def size(self, record: Mapping[str, Any]) -> str:
        """Return width and height in pixels."""
        return f"{record['width']} \N{MULTIPLICATION SIGN} {record['height']} px"

    def labels(self, results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return COCO annotations with the masks and scores of the results."""
        from maskline.contract.coco import rle

        kept = ("category_id", "bbox", "segmentation", "score")
        return [
            {name: result[name] for name in kept} | {"area": rle.area(result["segmentation"]), "iscrowd": 0}
            for result in results
        ]


records = PictureRecords()
