"""How a segmenter of pictures is trained: what the stage's own options do not say."""

from typing import Literal

from pydantic import Field, model_validator

from maskline.contract.kind.training import TrainingConfig
from maskline.pictures.correction.config import Correction
from maskline.pictures.networks.config import LossConfig
from maskline.pictures.spec import Architecture, Masks
from maskline.pictures.training.augment.config import AugmentationConfig


class PictureTraining(TrainingConfig):
    """How one segmenter is trained."""

    architecture: Architecture = Field(
        description="heads and body: narrow: PointRend of 3.3 M parameters, for CPU cores; pointrend-r50: detectron2's "
        "PointRend of 56 M; mask-rcnn and cascade-mask-rcnn (IoU 0.5, 0.6, 0.7, masks at every stage) on the body of "
        "narrow or ResNets of 50, 101 and 152 layers, x152 with 32 groups of 8 channels"
    )
    channels: Literal[1, 3] = Field(description="1: grey, 3: RGB; pictures of the other kind are converted")
    short_side_px: int = Field(description="pictures are scaled to this shorter side; 0 keeps their own size")
    long_side_px: int = Field(description="the longer side is never scaled beyond this; 0 sets no limit")
    scale: float = Field(description="with short_side_px = 0: pictures are scaled by this")
    masks: Masks = Field(
        description="ink: pictures are read as black ink on white, whatever their colours, and only ink can belong to "
        "an instance; for drawings of thin lines"
    )
    detections_per_image: int = Field(
        description="the most instances the network reports per picture while it is validated; predict asks for more"
    )
    normalisation: Literal["trained", "frozen"] = Field(
        description="frozen: for starting weights that shall stay as they are"
    )
    strides: Literal["1x1", "3x3"] = Field(
        description="the convolution of a ResNet's block that halves the sides: 1x1 for detectron2's R50 and R101, 3x3 "
        "for torchvision's weights and for x152"
    )
    anchor_sizes_px: tuple[float, ...] = Field(
        description="sides of the anchors, one per pyramid level (narrow has 3, ResNets have 5), finest first; none: "
        "16 to 64 (narrow) or 32 to 512, doubling"
    )
    anchor_ratios: tuple[float, ...] = Field(
        description="three heights / widths of anchors; none: 0.3, 1, 3.3 (narrow) or 0.5, 1, 2"
    )
    anchors_of_data: bool = Field(
        description="work sizes and ratios out of the boxes of the training set instead (training/anchors.py)"
    )
    regions_per_image: int = Field(ge=1, description="proposals per picture that teach the heads, drawn at random")
    proposals_per_image: int = Field(ge=1, description="the best-scored so many are kept per picture while training")
    losses: LossConfig
    correction: Correction = Field(
        description="what is put right in the masks that teach, by the name of their class, `all` for those not named; "
        "{}: nothing. Masks that validate stay as they are"
    )
    augmentation: AugmentationConfig

    @model_validator(mode="after")
    def _anchors_are_told_once(self) -> "PictureTraining":
        if self.anchors_of_data and (self.anchor_sizes_px or self.anchor_ratios):
            message = "anchors_of_data works out what anchor_sizes_px and anchor_ratios tell: leave either out"
            raise ValueError(message)
        return self
