"""A family of cells as YAML describes it: families/*.yaml, and users' own."""

from functools import cache
from importlib import resources

import yaml
from pydantic import Field

from maskline.cells.ranges import Count, Radius, Shares, Size, Times, Tone
from maskline.contract.config import Config, parse
from maskline.contract.drawing.ranges import Share
from maskline.contract.errors import InvalidInput

PACKAGE = "maskline.cells"


class Family(Config):
    """Cells of one kind: their shape, and what they look like.

    Every range is sampled for every cell. Lengths "over the radius" are in units of the cell's own.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40, description="its name in presets and records")
    radius_px: Radius = Field(description="of a disc as large as the body, pixels")
    elongation: Times = Field(default=(1, 1), description="the body's length over its width")
    lobes: Count = Field(default=(2, 5), description="bulges around the body")
    irregularity: Shares = Field(default=(0, 0.05), description="height of bulges, over the radius")
    processes: Count = Field(default=(0, 0), description="arms that the body puts out")
    poles: Share = Field(default=0, description="processes that leave along the body's length; others leave anywhere")
    process_length: Times = Field(default=(1.5, 3), description="from the body's middle, over the radius")
    process_width: Times = Field(default=(0.3, 0.5), description="where they begin, half of it, over the radius")
    process_tip: Times = Field(default=(0.05, 0.1), description="where they end, half of it, over the radius")
    curl: Times = Field(default=(0, 0.6), description="how far processes turn along their length, radians")
    web: Times = Field(default=(0.1, 0.2), description="how far skin spans between body and processes, over the radius")
    ragged_px: Size = Field(default=(0, 0), description="how far the border frays, a standard deviation in pixels")
    body: Tone = Field(default=(0.2, 0.4), description="brightness of what is deep inside, beside the ground's")
    border: Shares = Field(default=(0.3, 0.5), description="how much of that there is at the very border")
    border_px: Size = Field(default=(2, 4), description="from the border to where there is all of it, pixels")
    rim: Tone = Field(default=(0, 0), description="brightness of a line along the border")
    rim_px: Size = Field(default=(3, 4), description="width of that line, pixels")
    texture: Shares = Field(default=(0, 0), description="slow changes of brightness inside, a standard deviation")
    texture_px: Size = Field(default=(3, 5), description="size of those, pixels")
    granules: Tone = Field(default=(0, 0), description="brightness of grains deep inside; as many are as dark")
    granule_px: Size = Field(default=(0.8, 1.2), description="radius of a grain, pixels")
    granule_share: Share = Field(default=0.02, description="pixels in which a grain lies")
    nucleus: Shares = Field(default=(0, 0), description="its radius over the cell's; 0: none is seen")
    nucleus_tone: Tone = Field(default=(0, 0), description="its brightness, beside the body's")
    nucleus_rim: Tone = Field(default=(0, 0), description="brightness of its outline")
    nucleoli: Count = Field(default=(0, 0), description="dots in the nucleus")
    nucleolus_tone: Tone = Field(default=(0, 0), description="their brightness")
    nucleolus_px: Size = Field(default=(1.5, 2.5), description="their radius, pixels")


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
