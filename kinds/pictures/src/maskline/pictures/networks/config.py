"""What a segmenter's heads are taught with."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from maskline.contract.config import Config


class LossConfig(Config):
    """The losses of the heads, where they differ from those of Mask R-CNN."""

    boxes: Literal["smooth_l1", "giou", "diou", "ciou"] = Field(
        default="smooth_l1",
        description="smooth_l1: distances of a box's centre and of the logarithms of its sides; the others compare "
        "boxes by overlap (giou), with the distance of their centres (diou), and their shapes, too (ciou)",
    )
    boxes_weight: float = Field(
        default=1, gt=0, description="what the loss of boxes is multiplied by; that of an overlap is the smaller one"
    )
    dice: float = Field(
        default=0,
        ge=0,
        description="what a Dice loss on the grid of a mask is multiplied by, beside the cross-entropy; 0: none",
    )
    balance: Literal["none", "sqrt", "inverse"] = Field(
        default="none",
        description="what an instance of a class that the training set has n of counts: the same, in proportion to "
        "1 / sqrt(n), or to 1 / n, 1 in the mean of all instances; regions without instance count 1",
    )
    class_weights: Mapping[str, float] = Field(
        default={}, description="the same told by the class's name; 1 where nothing is said"
    )

    @model_validator(mode="after")
    def _weights_are_told_once(self) -> "LossConfig":
        if self.balance != "none" and self.class_weights:
            message = f"balance = {self.balance} works out what class_weights tells: leave one of them out"
            raise ValueError(message)
        if any(weight <= 0 for weight in self.class_weights.values()):
            message = f"class_weights = {dict(self.class_weights)} must be above 0"
            raise ValueError(message)
        return self
