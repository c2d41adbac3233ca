"""How a network for volumes is trained: what the stage's own options do not say."""

from typing import Self

from pydantic import Field, model_validator

from maskline.contract.config import Config
from maskline.contract.kind.training import TrainingConfig
from maskline.volumes.instances.config import Instances
from maskline.volumes.spec import Architecture
from maskline.volumes.training.targets import Boundary


class AugmentationConfig(Config):
    """How patches are varied.  Values are in standard deviations of their volume; what is 0 is left alone."""

    flip: float = Field(default=0, ge=0, le=1, description="share of patches that are mirrored along y, and along x")
    flip_z: float = Field(
        default=0,
        ge=0,
        le=1,
        description="share of patches that are mirrored along z, where top and bottom of a volume are alike",
    )
    quarter_turns: float = Field(
        default=0,
        ge=0,
        le=1,
        description="share of patches that are turned about z by a multiple of 90 degrees; a turn by 90 turns the "
        "missing wedge, too: leave it at 0 for tomograms that are all tilted about the same axis",
    )
    contrast: float = Field(default=0, ge=0, lt=1, description="values are multiplied by up to 1 plus or minus this")
    brightness: float = Field(default=0, ge=0, le=5, description="up to so much is added or taken away")
    noise: float = Field(default=0, ge=0, le=5, description="highest standard deviation of noise that is added")
    blur_voxels: float = Field(default=0, ge=0, le=5, description="highest standard deviation of a Gaussian blur")


class LossWeights(Config):
    """How much each loss term counts."""

    foreground: float = Field(default=1, ge=0, description="of the binary cross-entropy of the foreground")
    distance: float = Field(
        default=1, ge=0, description="of the squared error of the distance, in units of distance_limit_voxels"
    )
    boundary: float = Field(default=1, ge=0, description="of the binary cross-entropy of the boundary")
    classes: float = Field(
        default=1, ge=0, description="of the cross-entropy of classes, inside instances; for tables of several classes"
    )


class VolumeTraining(TrainingConfig):
    """How one network for volumes is trained.  A picture of the stage's own options is a patch here."""

    architecture: Architecture = Field(
        description="unet: works at half the resolution, for CPUs; residual: CryoSiam's, for GPUs"
    )
    channels: tuple[int, ...] = Field(description="at each level, the finest first")
    pyramid_channels: int = Field(default=128, description="of each level of the pyramid; for residual")
    feature_channels: int = Field(description="of a voxel's features, which maps are predicted from")
    distance_limit_voxels: float = Field(
        default=5,
        description="distances to the surface beyond it are not told apart; thresholds of post-processing on distances "
        "stay below it",
    )
    boundary: Boundary = Field(
        default="around",
        description="what the map of boundaries tells; around: where an instance ends, at another or at nothing, as "
        "CryoSiam's does; between: where two instances meet, which is all that fragments are put together by, and "
        "unlike the other tells a thin wall from a contact",
    )
    instances: Instances = Field(
        default=Instances(), description="how instances are told apart in the maps, in validation and in prediction"
    )
    patch_voxels: int = Field(ge=8, le=256, description="side of the cubes that the network sees")
    on_instances: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="share of patches that hold the middle of an instance, picked at random; the others lie anywhere",
    )
    losses: LossWeights = LossWeights()
    augmentation: AugmentationConfig = AugmentationConfig()

    @model_validator(mode="after")
    def _pictures_options_do_nothing(self) -> Self:
        if self.channels_last:
            message = "channels_last = true is for pictures; of volumes the channels of a voxel are together anyway"
            raise ValueError(message)
        return self
