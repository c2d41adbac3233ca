"""A family of complexes as YAML describes it: families/*.yaml, and users' own."""

from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import Field

from maskline.contract.config import Config, parse
from maskline.contract.drawing.ranges import Share
from maskline.contract.errors import InvalidInput
from maskline.tomograms.ranges import Vector

PACKAGE = "maskline.tomograms"
_Radius = Annotated[float, Field(gt=0, le=1000)]


class Part(Config):
    """A solid; a complex is the union of some.  Its axis is z before it leans."""

    shape: Literal["ball", "tube"] = Field(description="an ellipsoid, or a cylinder along its axis")
    radii_a: tuple[_Radius, _Radius, _Radius] = Field(
        description="along z, y and x, angstrom; of a tube the first is half of its length"
    )
    at_a: Vector = Field(default=(0, 0, 0), description="its middle, along z, y and x, angstrom")
    hole: Share = Field(default=0, description="size of what is hollow inside, over the part's own")
    lean_deg: float = Field(default=0, ge=-180, le=180, description="of its axis, from z towards x, degrees")
    copies: int = Field(default=1, ge=1, le=60, description="of it, around the complex' z axis, evenly")


class Family(Config):
    """Complexes of one kind: their shape at rest, which is turned any way in a specimen."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40, description="its name in presets and records")
    parts: tuple[Part, ...] = Field(min_length=1, max_length=100, description="solids that it is the union of")
    texture: Share = Field(default=0.2, description="changes of density inside, a standard deviation, over the density")
    texture_a: float = Field(default=15, gt=0, le=200, description="size of those, angstrom")


@cache
def shipped(name: str) -> Family:
    """Return a family that comes with the package.  Raises InvalidInput with the names there are."""
    if name not in families():
        raise InvalidInput(f"family '{name}' does not exist in {PACKAGE} (there are: {', '.join(families())})")
    text = (resources.files(PACKAGE) / "families" / f"{name}.yaml").read_text("utf-8")
    return parse(Family, {"name": name} | yaml.safe_load(text), f"families/{name}.yaml")


@cache
def families() -> tuple[str, ...]:
    """Return the names of all that come with the package, sorted."""
    found = (entry.name for entry in (resources.files(PACKAGE) / "families").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))
