"""Volumes as import and export see them; nothing is read before it must."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import Exchange, ExportConfig, ImportConfig, Stock
from maskline.contract.shard import Dataset
from maskline.volumes.exchange.config import VolumeImport


@contextmanager
def _formats() -> Iterator[None]:
    """Name the extra that is missing where formats cannot be loaded."""
    try:
        yield
    except ModuleNotFoundError as fault:
        raise InvalidInput(
            f"volumes' formats need {fault.name}: install maskline-volumes with its extra 'formats'"
        ) from None


class VolumeExchange(Exchange):
    """Volumes of any format that is read in, and the formats that are written out."""

    modules = (
        "maskline.volumes.bricks",
        "maskline.volumes.exchange.importing",
        "maskline.volumes.formats",
        "maskline.volumes.voxels",
    )
    libraries = ("numpy",)
    layouts = ("mrc", "hdf5", "tiff", "zarr", "npy")
    import_config = VolumeImport
    samples_per_shard = 8  # of at most 8 MiB each as float32: a shard is held in memory as a whole

    def take_stock(self, config: ImportConfig) -> Stock:
        """Find the files, and read them once to know them by content."""
        with _formats():
            from maskline.volumes.exchange.importing.stock import VolumeStock

            return VolumeStock(cast("VolumeImport", config))

    def export(self, dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
        """Write the dataset in one of the layouts."""
        with _formats():
            from maskline.volumes.exchange.exporting.export import export

            return export(dataset, folder, config)


exchange = VolumeExchange()
