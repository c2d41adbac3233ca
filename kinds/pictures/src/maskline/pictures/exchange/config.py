"""How pictures are imported and exported."""

from typing import Any, Literal

from pydantic import Field

from maskline.contract.kind.exchange import ExportConfig, ImportConfig
from maskline.contract.picture.depth import Percentiles

Masks = Literal["rle", "polygons"]
Order = Literal["rows", "columns"]
"""Which way run lengths as Kaggle writes them go: along the rows of a picture, or down its columns."""
ORDER: Any = Field(
    default="rows",
    description="for kaggle: whether run lengths go along rows, as in Sartorius, or down columns, as in most contests",
)


class PictureImport(ImportConfig):
    """How a dataset of pictures is read."""

    layout: Literal["", "coco", "classes", "kaggle", "labels", "labelme", "cvat", "unlabelled"] = Field(
        default="",
        description="how the sources are laid out; empty: each is asked what it holds, which never is unlabelled",
    )
    category: str = Field(
        default="",
        description="for label pictures and run lengths, which do not say it: what their instances are; empty: the "
        "table's only category, with own: instance",
    )
    rle_order: Order = ORDER
    pages: Literal["one", "each"] = Field(
        default="one",
        description="for label pictures, of files that hold several pages: one: they are refused; each: page by page",
    )
    percentiles: Percentiles | None = Field(
        default=None,
        description="the share of values of more than 8 bits, in percent, below which all is black and above which "
        "all is white, e.g. [0.1, 99.9]; null: their type's scale or their own range, as every stage reads pictures",
    )


class PictureExport(ExportConfig):
    """How a dataset of pictures, or what was predicted of some, is written."""

    masks: Masks | None = Field(
        default=None, description="how masks are written: rle unless told otherwise; seed has polygons only"
    )
    drawings: bool = Field(
        default=False, description="also write the SVG drawings that the dataset keeps, and what they show in colour"
    )
    ids: str = Field(
        default="",
        description="for submission-json: the file that gives each picture's id, test_image_name_to_ids.json",
    )
    rle_order: Order = ORDER
