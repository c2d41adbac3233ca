"""HDF5, as CryoSiam and plant-seg write it: each volume is a dataset of three axes, z, y, x."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.volumes.formats.lengths import ANGSTROMS
from maskline.volumes.formats.opened import Lengths, Opened
from maskline.volumes.formats.slabs import PLANES, slabs
from maskline.volumes.voxels import Box, Shape

MAGIC = b"\x89HDF\r\n\x1a\n"
VOXEL_SIZE, ORIGIN = "voxel_size_angstrom", "origin_angstrom"
"""Attributes of our own, for HDF5 has none for them."""
ELEMENT_SIZE = "element_size_um"
"""plant-seg's, along z, y, x."""
CHUNK = (PLANES, 128, 128)


@dataclass(frozen=True, slots=True)
class Stored:
    """A dataset, which is opened each time something is read: no file stays open, and processes share none."""

    path: Path
    dataset: str
    shape: Shape
    dtype: np.dtype[Any]

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box, (z, y, x).  Raises Corrupt."""
        import h5py

        try:
            with h5py.File(self.path, "r") as file:
                values: NDArray[Any] = file[self.dataset][box.slices]
        except (OSError, KeyError) as fault:
            raise Corrupt(f"{self.path}, dataset {self.dataset}, cannot be read: {fault}") from fault
        return values.astype(self.dtype, copy=False)


def open_hdf5(path: Path, dataset: str) -> Opened:
    """Open a dataset, or, if its name is empty, the only one of three axes.  Raises InvalidInput."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            volumes = _volumes(file)
            name = _one_of(volumes, dataset.strip("/"), path)
            found = file[name]
            size, origin = _lengths(found, path, name)
            voxels = Stored(path, name, found.shape, found.dtype.newbyteorder("="))
    except OSError as fault:
        raise InvalidInput(f"{path}: it cannot be read: {fault}") from None
    return Opened(voxels, size, origin)


def write_hdf5(path: Path, named: Mapping[str, Opened]) -> None:
    """Write volumes of one shape, each as the dataset of its name; whole numbers are compressed."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, opened in named.items():
            voxels = opened.voxels
            dataset = file.create_dataset(
                name,
                voxels.shape,
                voxels.dtype,
                chunks=tuple(map(min, CHUNK, voxels.shape)),
                compression="gzip" if voxels.dtype.kind in "biu" else None,  # noise does not become smaller
                track_times=False,
            )
            if opened.voxel_size_a:
                dataset.attrs[VOXEL_SIZE] = opened.voxel_size_a
                dataset.attrs[ELEMENT_SIZE] = [size / ANGSTROMS["um"] for size in opened.voxel_size_a]
            if opened.origin_a:
                dataset.attrs[ORIGIN] = opened.origin_a
            for box in slabs(voxels.shape):
                dataset[box.slices] = voxels.read(box)


def volumes_in(path: Path) -> list[str]:
    """Return the names of the volumes in a file, sorted; none if it is no HDF5.  Raises InvalidInput."""
    import h5py

    try:
        with path.open("rb") as file:
            if not file.read(len(MAGIC)).startswith(MAGIC):
                return []
        with h5py.File(path, "r") as file:
            return sorted(_volumes(file))
    except OSError as fault:
        raise InvalidInput(f"{path}: it cannot be read: {fault}") from None


def _volumes(file: Any) -> list[str]:
    import h5py

    found = list[str]()

    def add(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.ndim == 3 and item.size and item.dtype.kind in "biuf":
            found.append(name)

    file.visititems(add)
    return found


def _one_of(volumes: list[str], asked: str, path: Path) -> str:
    if asked in volumes or (not asked and len(volumes) == 1):
        return asked or volumes[0]
    if not volumes:
        raise InvalidInput(f"{path}: it has no dataset of numbers with three axes, z, y, x")
    held = ", ".join(volumes)
    if asked:
        raise InvalidInput(f"{path}: it has no volume '{asked}', it has {held}")
    raise InvalidInput(f"{path}: it has several volumes, {held}: say which one")


def _lengths(dataset: Any, path: Path, name: str) -> tuple[Lengths | None, Lengths | None]:
    attributes = dataset.attrs
    where = f"{path}, dataset {name}"
    origin = _three(attributes[ORIGIN], f"{where}, {ORIGIN}") if ORIGIN in attributes else None
    if VOXEL_SIZE in attributes:
        return _three(attributes[VOXEL_SIZE], f"{where}, {VOXEL_SIZE}"), origin
    if ELEMENT_SIZE in attributes:
        z, y, x = _three(attributes[ELEMENT_SIZE], f"{where}, {ELEMENT_SIZE}")
        return (z * ANGSTROMS["um"], y * ANGSTROMS["um"], x * ANGSTROMS["um"]), origin
    return None, origin


def _three(value: Any, where: str) -> Lengths:
    try:
        z, y, x = map(float, np.asarray(value, np.float64))
    except (TypeError, ValueError):
        raise InvalidInput(f"{where} = {value}, it must be three numbers, along z, y, x") from None
    if not np.isfinite([z, y, x]).all():
        raise InvalidInput(f"{where} = {value}, it must be finite")
    return z, y, x
