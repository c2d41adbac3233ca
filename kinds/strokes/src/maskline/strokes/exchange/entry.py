"""Sketches as import and export see them; nothing is read before it must."""

from pathlib import Path
from typing import cast

from maskline.contract.kind.exchange import Exchange, ExportConfig, ImportConfig, Stock
from maskline.contract.shard import Dataset
from maskline.strokes.exchange.config import StrokeExport


class StrokesExchange(Exchange):
    """Sketches of any format that is read in; the formats that are written, and pictures with masks or boxes, out."""

    modules = (
        "maskline.strokes.classes",
        "maskline.strokes.exchange.importing",
        "maskline.strokes.formats",
        "maskline.strokes.sketch",
    )
    libraries = ("defusedxml", "numpy")
    layouts = ("instancesketch", "cvat", "quickdraw", "svg", "coco", "yolo")
    export_config = StrokeExport

    def take_stock(self, config: ImportConfig) -> Stock:
        """Read the files, whose sketches are then held in memory."""
        from maskline.strokes.exchange.importing.stock import StrokeStock

        return StrokeStock(config)

    def export(self, dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
        """Write the dataset in one of the layouts, as a `StrokeExport` asks for."""
        from maskline.strokes.exchange.exporting.export import export

        return export(dataset, folder, cast("StrokeExport", config))


exchange = StrokesExchange()
