"""Pictures as import and export see them; nothing is read before it must."""

from pathlib import Path
from typing import cast

from maskline.contract.kind.exchange import Exchange, ExportConfig, ImportConfig, Stock
from maskline.contract.shard import Dataset
from maskline.pictures.exchange.config import PictureExport


class PicturesExchange(Exchange):
    """COCO datasets in; COCO, and the layout of the seed, out."""

    modules = ("maskline.pictures.correction", "maskline.pictures.exchange.importing")
    libraries = ("faster-coco-eval", "numpy", "pillow")
    layouts = ("coco", "seed")
    export_config = PictureExport

    def take_stock(self, config: ImportConfig) -> Stock:
        """Find COCO documents and their pictures."""
        from maskline.pictures.exchange.importing.stock import PictureStock

        return PictureStock(config)

    def export(self, dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
        """Write the dataset in one of the layouts, as a `PictureExport` asks for."""
        from maskline.pictures.exchange.exporting.export import export

        export(dataset, folder, cast("PictureExport", config))
        return []


exchange = PicturesExchange()
