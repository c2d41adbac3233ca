"""What a segmenter is, in one small file that travels with its weights: `model.yaml`."""

from typing import Literal

from pydantic import Field, model_validator

from maskline.contract.kind.training import Spec

Architecture = Literal["narrow", "pointrend-r50"]
Masks = Literal["free", "ink"]
SMALLEST_SIDE_PX = 32


class ModelSpec(Spec):
    """One segmenter without its weights: the network, the pictures it reads and the classes it predicts."""

    architecture: Architecture = Field(
        description="pointrend-r50: detectron2's PointRend on ResNet-50 and FPN, 56 M parameters, for GPUs; "
        "narrow: its little sister of 3.3 M parameters for line drawings, trains on CPU cores"
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
        if self.architecture == "pointrend-r50" and self.channels == 1:
            message = "pointrend-r50 reads channels = 3, as the weights it starts from do; grey pictures are repeated"
            raise ValueError(message)
        if self.architecture == "narrow" and self.normalisation == "frozen":
            message = "narrow has no published weights to freeze, so normalisation must be 'trained'"
            raise ValueError(message)
        return self
