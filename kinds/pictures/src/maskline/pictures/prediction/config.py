"""What the predict stage can be told of pictures."""

from pydantic import Field

from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.kind.prediction import PredictionConfig
from maskline.contract.picture.depth import Percentiles
from maskline.contract.picture.file import MAX_PIXELS
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE


class PicturePrediction(PredictionConfig):
    """How pictures are predicted."""

    max_detections: int = Field(
        default=MAX_DETECTIONS,
        ge=1,
        lt=ANNOTATIONS_PER_IMAGE,
        description="the best-scored so many instances of a picture are kept; a remark says where there may be more",
    )
    max_pixels: int = Field(
        default=MAX_PIXELS,
        ge=1,
        le=MAX_PIXELS,
        description="pixels of the largest of your own pictures that is read; larger ones are listed as unreadable",
    )
    percentiles: Percentiles | None = Field(
        default=None,
        description="of values of more than 8 bits in your own pictures, in percent: below the first all is black, "
        "above the second all is white, as the dataset's import had it; null: their type's scale or their own range",
    )
    overlays: int = Field(
        default=200, ge=0, description="so many of your own pictures, the first ones, are painted over"
    )
    overlay_threshold: float = Field(default=0.5, ge=0, le=1, description="score from which on an instance is painted")
