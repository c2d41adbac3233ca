"""How instances are told apart in what a network says of every voxel."""

from typing import Literal, Self

from pydantic import Field, model_validator

from maskline.contract.config import Config


class Instances(Config):
    """From foreground, distance and boundary to labels: markers, a watershed, and fragments put together again.

    The defaults are what did best on drawn tomograms.
    """

    threshold_foreground: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="probability from which on a voxel is foreground; at 1 the foreground is taken without smoothing",
    )
    min_center_distance: float = Field(
        default=1.0,
        description="voxels from the surface at which the search for centres begins: what is thinner is no instance",
    )
    max_center_distance: float = Field(
        default=3.5,
        description="voxels from the surface up to which centres are told apart, in steps of half a voxel",
    )
    center_rise: float = Field(
        default=1.0,
        ge=0,
        description="voxels by which the distance, up to max_center_distance, rises to a center from the pass to its "
        "neighbour: what rises less is one with the neighbour; 0 leaves all centers",
    )
    distance_type: Literal[0, 1, 2] = Field(
        default=0,
        description="the distance from the surface: 0 the network's, 2 measured in the foreground, up to 5 voxels, "
        "1 the mean of the two",
    )
    distance_smoothing: float = Field(
        default=0.5,
        ge=0,
        le=8,
        description="voxels, standard deviation of the gaussian over the network's distance: more of it keeps an "
        "instance in one piece where the map is noisy",
    )
    postprocessing: bool = Field(
        default=False, description="put fragments together again where no boundary parts them (multicut)"
    )
    boundary_bias: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="of the multicut: the higher, the more is split; at 1 nothing is put together; without effect "
        "if postprocessing is off",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max_center_distance < self.min_center_distance:
            raise ValueError(
                f"max_center_distance {self.max_center_distance} is below min_center_distance "
                f"{self.min_center_distance}"
            )
        return self

    @property
    def merges(self) -> bool:
        """Whether fragments are put together again."""
        return self.postprocessing and self.boundary_bias < 1


class CryoSiamInstances(Instances):
    """With CryoSiam's defaults; it knows no center_rise."""

    max_center_distance: float = 5.0
    center_rise: float = Field(default=0.0, ge=0)
    postprocessing: bool = True


def remarks(options: CryoSiamInstances) -> tuple[str, ...]:
    """Return what a person should know of options that are meant as CryoSiam's, a line each."""
    lines = []
    if "distance_type" not in options.model_fields_set:
        lines.append("distance_type is not set: 0 is taken, as CryoSiam's code does; its documentation says 1")
    if "boundary_bias" in options.model_fields_set and not options.postprocessing:
        lines.append(f"boundary_bias {options.boundary_bias} has no effect: postprocessing is off")
    return tuple(lines)
