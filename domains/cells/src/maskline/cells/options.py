"""What is drawn: cells of which families, how many, how close, and through what microscope."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from maskline.cells.categories import CELL, Policy, table
from maskline.cells.cell.family import Family, families, shipped
from maskline.cells.microscope.options import MicroscopeOptions
from maskline.cells.ranges import Count, Shares, Side
from maskline.contract.config import Config
from maskline.contract.drawing.ranges import Share

MOST_CELLS = 4000
"""Of one picture: ids leave room for 9,999, and a broken mask may take two."""


class Colony(Config):
    """How many cells of a family there are."""

    cells: Count = Field(default=(10, 40), description="in one picture that has any of the family; 0: it is not drawn")
    weight: float = Field(default=1, gt=0, le=1000, description="how often a picture is of the family, beside others")


class DrawingOptions(Config):
    """Pictures of cells."""

    classes: Policy = Field(
        default="cell",
        description="cell: every cell is of one class; four, neurons: a cell's class is its family's name",
    )
    families: Mapping[str, Colony] = Field(description="families that are drawn, by name")
    own: tuple[Family, ...] = Field(
        default=(), max_length=50, description="your own families: descriptions, or paths of YAML files with one"
    )
    together: bool = Field(
        default=True, description="a picture has cells of every family; otherwise of one, drawn by weight"
    )
    width_px: Side = Field(default=(256, 256), description="of the picture")
    height_px: Side = Field(default=(256, 256), description="of the picture")
    gathered: Shares = Field(default=(0.3, 0.7), description="cells that are put beside others, of a picture's")
    squeeze: Share = Field(
        default=0.15,
        description="most of a cell that others may press away, over its area; cells for which that leaves no room are "
        "left out, and counted",
    )
    overlapping: bool = Field(default=False, description="cells lie over each other instead, and so do their masks")
    debris: Count = Field(default=(0, 0), description="specks that are no cells and have no label")
    broken: Share = Field(
        default=0, description="masks that are broken: holed, torn in pieces or given twice; records keep the true ones"
    )
    microscope: MicroscopeOptions = MicroscopeOptions()

    @model_validator(mode="after")
    def _families_are_known_have_a_class_and_find_room(self) -> Self:
        known = {*families(), *(one.name for one in self.own)}
        if unknown := sorted(set(self.families) - known):
            message = f"families: unknown {', '.join(unknown)} (there are: {', '.join(sorted(known))})"
            raise ValueError(message)
        names = table(self.classes).names
        if self.classes != CELL and (other := sorted(set(self.families) - set(names))):
            message = f"families: {', '.join(other)} is no class of the policy {self.classes} ({', '.join(names)})"
            raise ValueError(message)
        if not self.drawn:
            message = "families: one at least must be drawn"
            raise ValueError(message)
        if (most := sum(colony.cells[1] for colony in self.families.values())) > MOST_CELLS:
            message = f"families: a picture holds at most {MOST_CELLS} cells, not {most}"
            raise ValueError(message)
        return self

    @property
    def drawn(self) -> Mapping[str, Colony]:
        """Those of the families of which there may be cells."""
        return {name: colony for name, colony in self.families.items() if colony.cells[1]}

    def family(self, name: str) -> Family:
        """Return a family by its name, a user's own before one that comes with the package."""
        return next((one for one in self.own if one.name == name), None) or shipped(name)

    def category(self, family: str) -> str:
        """Return the class of a family's cells."""
        return CELL if self.classes == CELL else family
