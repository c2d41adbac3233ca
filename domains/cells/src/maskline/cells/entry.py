"""The cells domain as the render stage finds it.  numpy is imported when a renderer is opened, not before."""

from collections.abc import Mapping
from typing import Any

from maskline.cells.categories import table
from maskline.cells.cell.family import PACKAGE, Family
from maskline.cells.options import DrawingOptions
from maskline.contract import config
from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.domain import RenderDomain, Renderer
from maskline.contract.drawing.described import described
from maskline.contract.errors import InvalidInput


class CellDomain(RenderDomain):
    """Cells in micrographs."""

    name = "cells"
    record = "coco/1"
    modules = ("maskline.cells",)
    libraries = ("numpy",)

    def drawing(self, preset: str, overrides: Mapping[str, Any]) -> DrawingOptions:
        """Return the options of a preset with `overrides` laid over them; files that they name are read.

        Raises InvalidInput, NotFound.
        """
        values = config.merge(config.load_preset(PACKAGE, preset, "draw preset"), overrides)
        if isinstance(own := values.get("own"), list | tuple):
            values["own"] = [described(Family, one, "family") for one in own]
        return config.parse(DrawingOptions, values, f"drawing of preset '{preset}'")

    def categories(self, drawing: Config) -> CategoryTable:
        """Return the classes of the drawing's policy."""
        return table(_options(drawing).classes)

    def open(self, drawing: Config) -> Renderer:
        """Return what draws; nothing is read."""
        from maskline.cells.renderer import CellRenderer

        return CellRenderer(_options(drawing))


def _options(drawing: Config) -> DrawingOptions:
    if not isinstance(drawing, DrawingOptions):
        raise InvalidInput(f"the cells domain draws with DrawingOptions, not with {type(drawing).__name__}")
    return drawing


domain = CellDomain()
