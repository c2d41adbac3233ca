"""What an export of sketches can be asked for."""

from pydantic import Field

from maskline.contract.kind.exchange import ExportConfig


class StrokeExport(ExportConfig):
    """How a dataset of sketches is written."""

    simplified: bool = Field(
        default=False,
        description="for quickdraw: as its simplified drawings are: 255 units large, in whole numbers, without times",
    )
    longer_side_px: int = Field(
        default=512, ge=32, le=4096, description="for coco and yolo: pixels of the longer side of a picture"
    )
    stroke_width_px: float = Field(
        default=3.0, ge=1, le=64, description="for coco and yolo: how wide a line is, in the picture and in masks"
    )
