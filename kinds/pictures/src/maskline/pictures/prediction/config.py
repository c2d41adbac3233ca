"""What the predict stage can be told of pictures."""

from typing import Annotated, Literal, Self

from pydantic import Field

from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.kind.prediction import PredictionConfig
from maskline.contract.picture.file import MAX_PIXELS
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE
from maskline.contract.thresholds import Thresholds


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
    overlays: int = Field(
        default=200, ge=0, description="so many of your own pictures, the first ones, are painted over"
    )
    overlay_threshold: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="score from which on an instance is painted, if its class has no threshold of its own",
    )
    tuned: Literal["own", "always", "never"] = Field(
        default="own",
        description="where the thresholds that `maskline tune` chose for the checkpoint apply: to your own pictures; "
        "to datasets, too, whose average precision needs the unsure ones; nowhere",
    )
    thresholds: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(
        default={},
        description="class -> score from which on its instances are kept, not score_threshold; wins over tuned ones",
    )
    min_pixels: dict[str, Annotated[int, Field(ge=0)]] = Field(
        default={}, description="class -> area in pixels from which on its instances are kept; wins over tuned ones"
    )

    def wants_tuned(self, *, own: bool) -> bool:
        """Say whether `tuned` is for such pictures."""
        return self.tuned == "always" or (own and self.tuned == "own")

    def with_tuned(self, thresholds: Thresholds) -> Self:
        """Take what was tuned for the classes that are told nothing; who tells a score_threshold tells it to all."""
        told = "score_threshold" in self.model_fields_set
        scores = {} if told else {name: of.score for name, of in thresholds.classes.items()}
        pixels = {name: of.pixels for name, of in thresholds.classes.items() if of.pixels}
        return self.model_copy(update={"thresholds": scores | self.thresholds, "min_pixels": pixels | self.min_pixels})
