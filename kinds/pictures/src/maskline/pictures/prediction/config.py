"""What the predict stage can be told of pictures."""

from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.kind.prediction import PredictionConfig
from maskline.contract.picture.depth import Percentiles
from maskline.contract.picture.file import MAX_PIXELS
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE
from maskline.contract.thresholds import Thresholds
from maskline.pictures.correction.config import Correction

View = Literal["same", "flip-x", "flip-y", "turn-90", "turn-180", "turn-270", "transpose", "transverse"]
Fusion = Literal["nms", "mask-nms", "boxes"]


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
    views: tuple[View, ...] = Field(
        default=("same",),
        min_length=1,
        description="how each picture is seen, every way costs as much: as it is, mirrored left to right (flip-x) or "
        "upside down, turned clockwise, mirrored at the diagonal from top left (transpose) or at the other one",
    )
    view_scales: tuple[Annotated[float, Field(ge=0.125, le=8)], ...] = Field(
        default=(1.0,),
        min_length=1,
        description="at which sizes each view is seen, as multiples of the one that the network was made for",
    )
    also: tuple[str, ...] = Field(
        default=(),
        description="URIs of checkpoints that predict together with the one that is named, all of one category table; "
        "words such as published and champion are known",
    )
    fusion: Fusion = Field(
        default="mask-nms",
        description="what becomes of instances that several views or checkpoints found. Of those of a class that "
        "overlap the best stays, by boxes (nms) or by masks (mask-nms); boxes: boxes and masks become their mean "
        "(weighted boxes fusion), and what few of them found is less sure",
    )
    fusion_iou: float = Field(
        default=0.5, ge=0, le=1, description="overlap of boxes or masks above which instances of a class are one"
    )
    one_class: bool = Field(
        default=False, description="all instances of a picture get the class whose scores sum up to most in it"
    )
    overlap_free: bool = Field(
        default=False,
        description="no pixel is in two instances: each keeps what no better one has, and must still be large enough",
    )
    correction: Correction = Field(
        default_factory=dict,
        description="what is put right in the masks that are found, by the name of their class, `all` for those not "
        "named, as before training",
    )

    @field_validator("views", "view_scales", "also")
    @classmethod
    def _each_once(cls, value: tuple[object, ...]) -> tuple[object, ...]:
        twice = sorted({str(each) for each in value if value.count(each) > 1})
        if twice:
            message = f"{twice[0]} is there twice"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _tiles_overlap(self) -> "PicturePrediction":
        if 0 < self.tile_px < 2 * self.tile_overlap_px:
            message = f"tile_px = {self.tile_px} must be 0 or at least twice tile_overlap_px = {self.tile_overlap_px}"
            raise ValueError(message)
        return self

    def resolved(self, uri_of: Callable[[str], str]) -> Self:
        """Return the same with the URIs of `also` instead of words."""
        return self.model_copy(update={"also": tuple(uri_of(name) for name in self.also)})

    def inputs(self) -> dict[str, str]:
        """Return the further checkpoints, from checkpoint-2 on."""
        return {f"checkpoint-{number}": uri for number, uri in enumerate(self.also, 2)}

    def wants_tuned(self, *, own: bool) -> bool:
        """Say whether `tuned` is for such pictures."""
        return self.tuned == "always" or (own and self.tuned == "own")

    def with_tuned(self, thresholds: Thresholds) -> Self:
        """Take what was tuned for the classes that are told nothing; who tells a score_threshold tells it to all."""
        told = "score_threshold" in self.model_fields_set
        scores = {} if told else {name: of.score for name, of in thresholds.classes.items()}
        pixels = {name: of.pixels for name, of in thresholds.classes.items() if of.pixels}
        return self.model_copy(update={"thresholds": scores | self.thresholds, "min_pixels": pixels | self.min_pixels})
