"""Pictures as import and export see them; nothing is read before it must."""

from pathlib import Path
from typing import cast

from maskline.contract.kind.exchange import Exchange, ExportConfig, ImportConfig, Predicted, Stock
from maskline.contract.shard import Dataset
from maskline.pictures.exchange.config import PictureExport, PictureImport


class PicturesExchange(Exchange):
    """COCO datasets, label pictures and what labelling tools and contests have in; layouts and submissions out."""

    modules = (
        "maskline.pictures.correction",
        "maskline.pictures.exchange.config",
        "maskline.pictures.exchange.formats",
        "maskline.pictures.exchange.importing",
    )
    libraries = ("faster-coco-eval", "numpy", "pillow")
    layouts = ("coco", "seed", "labels")
    submissions = ("submission-json", "kaggle")
    import_config = PictureImport
    export_config = PictureExport

    def take_stock(self, config: ImportConfig) -> Stock:
        """Find what labels pictures, and these, as a `PictureImport` asks for."""
        from maskline.pictures.exchange.importing.stock import PictureStock

        return PictureStock(cast("PictureImport", config))

    def export(self, dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
        """Write the dataset in one of the layouts, as a `PictureExport` asks for."""
        from maskline.pictures.exchange.exporting.export import export

        return export(dataset, folder, cast("PictureExport", config))

    def submit(self, predicted: Predicted, folder: Path, config: ExportConfig) -> list[str]:
        """Write what was predicted as a contest takes it, as a `PictureExport` asks for."""
        from maskline.pictures.exchange.exporting.export import submit

        return submit(predicted, folder, cast("PictureExport", config))


exchange = PicturesExchange()
