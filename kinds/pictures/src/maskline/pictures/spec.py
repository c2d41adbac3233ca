"""What a segmenter is, in one small file that travels with its weights: `model.yaml`."""

from typing import Annotated, Literal, cast

from pydantic import Field, model_validator

from maskline.contract.kind.training import Spec

Architecture = Literal[
    "narrow",
    "pointrend-r50",
    "mask-rcnn-narrow",
    "mask-rcnn-r50",
    "mask-rcnn-r101",
    "mask-rcnn-r152",
    "mask-rcnn-x152",
    "cascade-mask-rcnn-narrow",
    "cascade-mask-rcnn-r50",
    "cascade-mask-rcnn-r101",
    "cascade-mask-rcnn-r152",
    "cascade-mask-rcnn-x152",
]
Heads = Literal["pointrend", "mask-rcnn", "cascade-mask-rcnn"]
Body = Literal["narrow", "r50", "r101", "r152", "x152"]
Masks = Literal["free", "ink"]
SMALLEST_SIDE_PX = 32
RATIOS = 3
"""How many shapes anchors have: the published weights have so many."""


class ModelSpec(Spec):
    """One segmenter without its weights: the network, the pictures it reads and the classes it predicts."""

    architecture: Architecture = Field(
        description="heads, then body. Heads: pointrend refines masks point by point, mask-rcnn has a grid of 28 cells "
        "a side, cascade-mask-rcnn three stages of both; r50, r101, r152, x152: ResNets of so many layers with a "
        "feature pyramid, 44 M parameters and more, for GPUs; narrow: a body of 3 M for CPU cores, alone with pointrend"
    )
    channels: Literal[1, 3] = Field(description="1 reads grey pictures, 3 reads RGB; others are converted")
    short_side_px: int = Field(
        ge=0, description="pictures are scaled until their shorter side has this many pixels; 0 keeps their own size"
    )
    long_side_px: int = Field(
        ge=0,
        description="the most pixels the longer side may have after scaling; larger pictures shrink further; 0 is no "
        "limit. With short_side_px = 0 it should be near the size of the pictures trained on",
    )
    scale: float = Field(
        default=1,
        gt=0,
        le=8,
        description="with short_side_px = 0: pictures are scaled by this, so that a stroke has the same width in the "
        "network's eyes whatever the size of its picture; long_side_px still is the limit",
    )
    masks: Masks = Field(
        default="free",
        description="free: any pixel may belong to an instance; ink: only the ink of a drawing may, which is read as "
        "black on white; that lets a network say roughly where an instance is and the picture itself where its edge is",
    )
    detections_per_image: int = Field(
        default=100,
        ge=1,
        le=2000,
        description="the best-scored so many are kept; who predicts may ask for more (max_detections)",
    )
    normalisation: Literal["trained", "frozen"] = Field(
        default="trained",
        description="trained: batch normalisation learns, as training from random weights needs; frozen: it and the "
        "backbone's first two stages stay what the starting weights say",
    )
    strides: Literal["1x1", "3x3"] = Field(
        default="1x1",
        description="the convolution in which a block of a ResNet halves the sides. Weights mean nothing in the other: "
        "1x1 for those of detectron2's R50 and R101, 3x3 for torchvision's and for detectron2's X152",
    )
    anchor_sizes_px: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        default=(),
        description="side of the square of an anchor's area in pixels of the frame, one per pyramid level, finest "
        "first; none: 16 to 64 (narrow) or 32 to 512, doubling",
    )
    anchor_ratios: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        default=(), description="three heights / widths of anchors; none: 0.3, 1, 3.3 (narrow) or 0.5, 1, 2"
    )

    @property
    def heads(self) -> Heads:
        """What finds and outlines instances."""
        return cast("Heads", self.architecture.rpartition("-")[0] or "pointrend")

    @property
    def body(self) -> Body:
        """What looks at the picture."""
        return cast("Body", self.architecture.rpartition("-")[2])

    @property
    def anchor_strides_px(self) -> tuple[int, ...]:
        """How far anchors lie apart, on every level of the pyramid."""
        return (4, 8, 16) if self.body == "narrow" else (4, 8, 16, 32, 64)

    @model_validator(mode="after")
    def _sides_fit(self) -> "ModelSpec":
        for name, side in (("short_side_px", self.short_side_px), ("long_side_px", self.long_side_px)):
            if 0 < side < SMALLEST_SIDE_PX:
                message = f"{name} = {side} must be 0 or at least {SMALLEST_SIDE_PX}"
                raise ValueError(message)
        if 0 < self.long_side_px < self.short_side_px:
            message = f"long_side_px = {self.long_side_px} must be 0 or at least short_side_px = {self.short_side_px}"
            raise ValueError(message)
        if self.short_side_px and self.scale != 1:
            message = f"scale = {self.scale} needs short_side_px = 0, not {self.short_side_px}: each sets the size"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _architecture_can_do_it(self) -> "ModelSpec":
        if self.body != "narrow" and self.channels == 1:
            message = (
                f"{self.architecture} reads channels = 3, as the weights it starts from do; grey pictures are repeated"
            )
            raise ValueError(message)
        if self.body == "narrow" and self.normalisation == "frozen":
            message = f"{self.architecture} has no published weights to freeze, so normalisation must be 'trained'"
            raise ValueError(message)
        if self.body == "x152" and self.strides == "1x1":
            message = f"{self.architecture} has strides = 3x3, as its published weights do"
            raise ValueError(message)
        levels = len(self.anchor_strides_px)
        if self.anchor_sizes_px and len(self.anchor_sizes_px) != levels:
            message = f"anchor_sizes_px = {list(self.anchor_sizes_px)} must be {levels}, one per level, or none"
            raise ValueError(message)
        if self.anchor_ratios and len(self.anchor_ratios) != RATIOS:
            message = f"anchor_ratios = {list(self.anchor_ratios)} must be {RATIOS}, or none"
            raise ValueError(message)
        return self
