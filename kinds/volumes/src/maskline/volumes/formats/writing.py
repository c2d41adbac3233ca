"""A volume, written to a file of the format that its suffix names."""

from collections.abc import Mapping
from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.hdf5 import write_hdf5
from maskline.volumes.formats.mrc.writing import write_mrc
from maskline.volumes.formats.npy import write_npy
from maskline.volumes.formats.ome_zarr import write_zarr
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.partial import whole_or_none
from maskline.volumes.formats.tiff.writing import write_tiff

SUFFIXES = (".mrc", ".rec", ".map", ".h5", ".hdf5", ".tif", ".tiff", ".zarr", ".npy")


def write_volume(path: Path, opened: Opened, dataset: str = "labels") -> list[str]:
    """Write a volume slab by slab, and return what the file does not hold as it was, one line each.

    The file is there whole or not at all.  dataset: the name within HDF5.
    Raises InvalidInput for an unknown suffix and for voxels that the format has no kind for.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InvalidInput(f"{path}: a volume is written to {', '.join(SUFFIXES)}, not to '{suffix}'")
    with whole_or_none(path) as partial:
        try:
            return [f"{path}: {remark}" for remark in _write(partial, suffix, opened, dataset)]
        except InvalidInput as fault:
            raise InvalidInput(f"{path}: {fault}") from None


def write_volumes(path: Path, named: Mapping[str, Opened]) -> None:
    """Write volumes to one HDF5 file, each as the dataset of its name; it is there whole or not at all."""
    with whole_or_none(path) as partial:
        write_hdf5(partial, named)


def _write(path: Path, suffix: str, opened: Opened, dataset: str) -> list[str]:
    if suffix in {".mrc", ".rec", ".map"}:
        return write_mrc(path, opened)
    if suffix == ".npy":
        return write_npy(path, opened)
    if suffix in {".h5", ".hdf5"}:
        write_hdf5(path, {dataset: opened})
    elif suffix == ".zarr":
        write_zarr(path, opened)
    else:
        write_tiff(path, opened)
    return []
