"""Sketches as import and export see them; nothing is read before it must."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import Exchange, ExportConfig, ImportConfig, Stock
from maskline.contract.shard import Dataset
from maskline.strokes.exchange.config import StrokeExport


@contextmanager
def _formats() -> Iterator[None]:
    """Name the extra that is missing where formats cannot be loaded."""
    try:
        yield
    except ModuleNotFoundError as fault:
        raise InvalidInput(
            f"sketches' formats need {fault.name}: install maskline-strokes with its extra 'formats'"
        ) from None


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
        with _formats():
            from maskline.strokes.exchange.importing.stock import StrokeStock
        return StrokeStock(config)

    def export(self, dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
        """Write the dataset in one of the layouts, as a `StrokeExport` asks for."""
        with _formats():
            from maskline.strokes.exchange.exporting.export import export
        return export(dataset, folder, cast("StrokeExport", config))


exchange = StrokesExchange()
