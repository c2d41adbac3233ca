"""How pictures are exported."""

from typing import Literal

from pydantic import Field

from maskline.contract.kind.exchange import ExportConfig

Masks = Literal["rle", "polygons"]


class PictureExport(ExportConfig):
    """How a dataset of pictures is written."""

    masks: Masks | None = Field(
        default=None, description="how masks are written: rle unless told otherwise; seed has polygons only"
    )
    drawings: bool = Field(
        default=False, description="also write the SVG drawings that the dataset keeps, and what they show in colour"
    )
