"""A file of any format, opened: its content says which one it is of."""

from pathlib import Path

from maskline.contract.errors import InvalidInput, NotFound
from maskline.volumes.formats import hdf5, npy, ome_zarr
from maskline.volumes.formats.checked import Finite
from maskline.volumes.formats.mrc.header import BYTES, is_mrc
from maskline.volumes.formats.mrc.reading import open_mrc
from maskline.volumes.formats.mrc.unpacking import PACKERS
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.tiff.reading import MAGIC as TIFF
from maskline.volumes.formats.tiff.reading import open_tiff

HELD = "MRC (.mrc, .rec, .map, also .gz and .bz2), HDF5, TIFF, OME-Zarr or .npy"


def open_volume(path: Path, dataset: str = "") -> Opened:
    """Open a volume, of which nothing but the header is read.

    dataset: which one, of a file that holds several: of HDF5, or an image within an OME-Zarr (`labels/cells`).
    Reading raises Corrupt where the file is damaged, and InvalidInput for NaN and infinity.
    Raises NotFound and InvalidInput.
    """
    name = f"{path}, dataset {dataset}" if dataset else str(path)
    try:
        opened = _open(path, dataset)
    except FileNotFoundError:
        raise NotFound(f"{path} does not exist") from None
    except OSError as fault:
        raise InvalidInput(f"{path} cannot be read: {fault.strerror or fault}") from None
    return Opened(Finite(opened.voxels, name), opened.voxel_size_a, opened.origin_a, opened.remarks)


def _open(path: Path, dataset: str) -> Opened:
    if path.is_dir():
        if not any((path / name).is_file() for name in ome_zarr.METADATA):
            raise InvalidInput(f"{path} is a folder without zarr's metadata, so it is no OME-Zarr")
        return ome_zarr.open_zarr(path, dataset)
    with path.open("rb") as file:
        head = file.read(BYTES)
    if head.startswith(hdf5.MAGIC):
        return hdf5.open_hdf5(path, dataset)
    if dataset:
        raise InvalidInput(f"{path} holds one volume, which has no name: '{dataset}' was asked for")
    if head.startswith(TIFF):
        return open_tiff(path)
    if head.startswith(npy.MAGIC):
        return npy.open_npy(path)
    if head.startswith(tuple(PACKERS)) or is_mrc(head):
        return open_mrc(path)
    raise InvalidInput(f"{path} holds no volume in a format that is read: {HELD}")
