"""What the predict stage can be told of volumes."""

from typing import Literal

from pydantic import Field

from maskline.contract.kind.prediction import PredictionConfig
from maskline.volumes.instances.config import Instances


class VolumePrediction(PredictionConfig):
    """How volumes are predicted."""

    pictures_per_shard: int = Field(
        default=1,
        ge=1,
        le=100_000,
        description="slabs of your own volumes, each one row of windows along z; a dataset's shards stay as they are",
    )
    batch_size: int = Field(
        default=1,
        ge=1,
        le=1,
        description="windows go through the network one by one: the last bits can depend on how many go in together",
    )
    window_voxels: int = Field(
        default=128,
        ge=16,
        le=512,
        description="side of what the network sees at a time; what it says of the middle is kept",
    )
    instances: Instances | None = Field(
        default=None, description="how instances are told apart in the maps; null: as the model says, by its preset"
    )
    semantic_labels: tuple[int, ...] = Field(
        default=(),
        description="of a dataset that has some: voxels of these ones are the foreground, whatever the network says; "
        "empty: the network's is",
    )
    keep_maps: bool = Field(
        default=False, description="keep what the network says of every voxel beside the instances, in maps/"
    )
    overlays: int = Field(
        default=24,
        ge=0,
        description="so many volumes, the first ones, are painted, each with a page to look through it",
    )
    labels: Literal["mrc", "h5", "tif", "zarr", "npy"] = Field(
        default="mrc",
        description="format of the labels of files that are predicted at once, without a pipeline; mrc holds up to "
        "65,535 instances",
    )
    particles: Literal["star", "csv"] = Field(default="star", description="format of the list of centres beside them")
