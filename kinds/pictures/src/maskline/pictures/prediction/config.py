"""What the predict stage can be told of pictures."""

from pydantic import Field, model_validator

from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.kind.prediction import PredictionConfig
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
    tile_px: int = Field(
        default=0,
        ge=0,
        description="pixels along a picture's side from which on it is cut into overlapping tiles, each as large at "
        "most and seen as a picture of that size is; 0: every picture is seen as a whole",
    )
    tile_overlap_px: int = Field(
        default=128,
        ge=16,
        description="pixels that neighbouring tiles share at least: as long as the largest instance; what is longer is "
        "put together of its pieces",
    )
    overlays: int = Field(
        default=200, ge=0, description="so many of your own pictures, the first ones, are painted over"
    )
    overlay_threshold: float = Field(default=0.5, ge=0, le=1, description="score from which on an instance is painted")

    @model_validator(mode="after")
    def _tiles_overlap(self) -> "PicturePrediction":
        if 0 < self.tile_px < 2 * self.tile_overlap_px:
            message = f"tile_px = {self.tile_px} must be 0 or at least twice tile_overlap_px = {self.tile_overlap_px}"
            raise ValueError(message)
        return self
