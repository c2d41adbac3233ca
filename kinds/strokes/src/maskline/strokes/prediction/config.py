"""What the predict stage can be told of sketches."""

from typing import Literal

from pydantic import Field

from maskline.contract.kind.prediction import PredictionConfig


class StrokePrediction(PredictionConfig):
    """How sketches are predicted."""

    score_threshold: float = Field(
        default=0, ge=0, le=1, description="parts and objects scored lower are left out; every stroke is in one of them"
    )
    batch_size: int = Field(default=64, ge=1, le=1024, description="sketches read together")
    objects: Literal["found", "one"] = Field(
        default="found",
        description="found: a sketch may be a scene, whose objects are told apart; one: it is one object",
    )
    detections: str = Field(
        default="",
        description="a folder of YOLO's text files, <sketch>.txt: objects are the strokes in these boxes, in pictures "
        "that `maskline export --layout yolo` writes, instead of those that are found",
    )
    overlays: int = Field(default=200, ge=0, description="so many of your own sketches, the first ones, are painted")
    stroke_width_px: float = Field(default=3, gt=0, le=100, description="width of the lines of masks and pictures")
    longer_side_px: int = Field(default=512, ge=16, le=8192, description="longer side of masks and pictures")
