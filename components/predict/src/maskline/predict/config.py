"""What the predict stage can be told."""

from typing import Any, Literal

from pydantic import Field

from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.config import Config
from maskline.contract.picture.file import MAX_PIXELS
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE

EXECUTION = {"batch_size", "device", "threads"}


class PredictConfig(Config):
    """How pictures are predicted."""

    split: str = Field(default="val", min_length=1, description="the part of a dataset that is predicted")
    score_threshold: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="instances scored lower are left out; average precision needs the unsure ones too",
    )
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
    pictures_per_shard: int = Field(
        default=200, ge=1, le=100_000, description="of your own pictures; a dataset's shards stay as they are"
    )
    overlays: int = Field(
        default=200, ge=0, description="so many of your own pictures, the first ones, are painted over"
    )
    overlay_threshold: float = Field(default=0.5, ge=0, le=1, description="score from which on an instance is painted")

    batch_size: int = Field(
        default=8, ge=1, le=1024, description="pictures read together; those of one size share a pass"
    )
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="auto: a GPU where there is one")
    threads: int = Field(
        default=0, ge=0, le=1024, description="CPU threads; 0: OMP_NUM_THREADS, else every core, at most 8"
    )

    def meaning(self) -> dict[str, Any]:
        """Return the fields that shape the predictions; the others only say how to get there."""
        return self.model_dump(mode="json", exclude=EXECUTION)
