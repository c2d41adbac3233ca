"""What was found in pictures, as one COCO document."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.config import canonical_json
from maskline.pictures.prediction.config import PicturePrediction


class Document:
    """A COCO document that grows picture by picture; its annotations have a `score`."""

    def __init__(self) -> None:
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def add(self, file_name: str, size: tuple[int, int], found: Sequence[Mapping[str, Any]]) -> None:
        """Add a picture and its instances.  size: (H, W) pixels.  found: COCO results without `image_id`."""
        number = len(self._images) + 1
        self._images.append({"id": number, "file_name": file_name, "height": size[0], "width": size[1]})
        for instance in found:
            identity = {"id": len(self._annotations) + 1, "image_id": number}
            rest = {"area": rle.area(instance["segmentation"]), "iscrowd": 0}
            self._annotations.append({**identity, **instance, **rest})

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._images)

    def to_bytes(self, checkpoint: Artifact, config: PicturePrediction, remarks: Sequence[Mapping[str, str]]) -> bytes:
        """Return the document as JSON; it says which checkpoints found the instances, from which score and area on.

        remarks: what is to be known of single pictures, `file_name` and `remark`; nothing is said of none.
        """
        info = {"checkpoint": checkpoint.uri, **config.inputs(), "score_threshold": config.score_threshold}
        info |= {name: of for name in ("thresholds", "min_pixels") if (of := getattr(config, name))}
        content = {
            "info": info | ({"remarks": remarks} if remarks else {}),
            "images": self._images,
            "annotations": self._annotations,
            "categories": checkpoint.manifest.categories.coco(),
        }
        return canonical_json(content)
