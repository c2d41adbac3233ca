"""What a network for volumes is, in one small file that travels with its weights: `model.yaml`."""

from typing import Literal, Self

from pydantic import Field

from maskline.contract.artifact import Artifact
from maskline.contract.kind.training import Spec
from maskline.volumes.instances.config import Instances

Architecture = Literal["unet", "residual"]
MAPS = ("foreground", "distance", "boundary")
"""What every network predicts of a voxel, in this order; a map for each class follows where there are several."""


class VolumeSpec(Spec):
    """One network without its weights."""

    architecture: Architecture = Field(
        description="unet: works at half the resolution, for CPUs; "
        "residual: a residual network with a feature pyramid and a head for each map, as CryoSiam has them"
    )
    channels: tuple[int, ...] = Field(
        min_length=2, max_length=6, description="at each level, the finest first; a level halves each side"
    )
    pyramid_channels: int = Field(ge=8, le=1024, description="of each level of the pyramid; for residual")
    feature_channels: int = Field(ge=8, le=1024, description="of a voxel's features, which maps are predicted from")
    distance_limit_voxels: float = Field(
        gt=0, le=100, description="distances beyond it, inside or outside, are not told apart"
    )

    instances: Instances = Field(
        default=Instances(), description="how its maps are read, unless prediction is told otherwise"
    )

    @classmethod
    def of(cls, checkpoint: Artifact) -> Self:
        """Return the network of a sealed checkpoint.  Raises InvalidInput."""
        return cls.from_yaml(checkpoint.read("model.yaml").decode(), f"{checkpoint.uri}/model.yaml")

    @property
    def maps(self) -> int:
        """How many maps the network predicts."""
        classes = len(self.categories.categories)
        return len(MAPS) + (classes if classes > 1 else 0)

    @property
    def multiple(self) -> int:
        """Sides of what the network reads are multiples of so many voxels."""
        return int(2 ** (len(self.channels) - (self.architecture == "residual")))
