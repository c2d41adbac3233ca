"""What is drawn: which complexes, how many, in what specimen, and through what microscope."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from maskline.contract.config import Config
from maskline.tomograms.categories import COMPLEX, Policy, table
from maskline.tomograms.complexes.family import Family, families, shipped
from maskline.tomograms.imaging.options import ImagingOptions
from maskline.tomograms.ranges import Side
from maskline.tomograms.specimen.options import SpecimenOptions

Weight = Annotated[float, Field(ge=0, le=1000)]


class DrawingOptions(Config):
    """Tomograms of complexes."""

    classes: Policy = Field(
        default="complex",
        description="complex: every complex is of one class; families: a complex' class is its family's name",
    )
    families: Mapping[str, Weight] = Field(
        description="families that are drawn, and how often beside others; 0: it is not drawn"
    )
    own: tuple[Family, ...] = Field(
        default=(), max_length=50, description="your own families: descriptions, or paths of YAML files with one"
    )
    structures: tuple[str, ...] = Field(
        default=(), max_length=50, description="PDB or mmCIF files of complexes, paths or URIs; each is of weight 1"
    )
    resolution_a: float = Field(default=20, ge=5, le=100, description="to which their atoms are blurred, angstrom")
    densities: str | None = Field(
        default=None, description="folder, path or URI, of .mrc densities of complexes; each is of weight 1"
    )
    surface: float = Field(
        default=0.3,
        ge=0.05,
        le=0.9,
        description="the voxels of a complex are those with so much of its greatest density, or more",
    )
    voxel_size_a: float = Field(default=10, ge=2, le=50, description="side of a voxel, angstrom")
    depth: Side = Field(default=64, description="of the volume along z, the beam, voxels")
    height: Side = Field(default=96, description="of the volume along y, the tilt axis, voxels")
    width: Side = Field(default=96, description="of the volume along x, voxels")
    specimen: SpecimenOptions = SpecimenOptions()
    imaging: ImagingOptions = ImagingOptions()

    @model_validator(mode="after")
    def _families_are_known_and_have_a_class(self) -> Self:
        known = {*families(), *(one.name for one in self.own)}
        if unknown := sorted(set(self.families) - known):
            message = f"families: unknown {', '.join(unknown)} (there are: {', '.join(sorted(known))})"
            raise ValueError(message)
        if not (self.drawn or self.structures or self.densities):
            message = "families: one at least must be drawn, or structures or densities given"
            raise ValueError(message)
        if self.classes == COMPLEX:
            return self
        if self.structures or self.densities:
            message = f"classes: structures and densities have no class of the policy {self.classes}, take {COMPLEX}"
            raise ValueError(message)
        if other := sorted(set(self.drawn) - set(table(self.classes).names)):
            message = (
                f"families: {', '.join(other)} is no class of {self.classes} ({', '.join(table(self.classes).names)})"
            )
            raise ValueError(message)
        return self

    @property
    def drawn(self) -> Mapping[str, float]:
        """Those of the families that are drawn, with their weights."""
        return {name: weight for name, weight in self.families.items() if weight}

    def family(self, name: str) -> Family:
        """Return a family by its name, a user's own before one that comes with the package."""
        return next((one for one in self.own if one.name == name), None) or shipped(name)

    def category(self, name: str) -> str:
        """Return the class of a family's complexes."""
        return COMPLEX if self.classes == COMPLEX else name
