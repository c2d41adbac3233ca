"""NumPy's .npy files (NEP 1)."""

from pathlib import Path

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.raw import Raw
from maskline.volumes.formats.slabs import planes

MAGIC = b"\x93NUMPY"


def open_npy(path: Path) -> Opened:
    """Open an array of three axes, z, y, x.  Raises InvalidInput."""
    with path.open("rb") as file:
        try:
            read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            extent, is_fortran, dtype = read[np.lib.format.read_magic(file)](file)
        except (ValueError, KeyError) as fault:
            raise InvalidInput(f"{path}: its header cannot be read: {fault}") from None
        start = file.tell()
    if len(extent) != 3 or min(extent) < 1 or dtype.kind not in "biuf":
        raise InvalidInput(f"{path}: it holds {dtype} of shape {extent}, it must hold numbers of three axes, z, y, x")
    end, size = start + int(np.prod(extent)) * dtype.itemsize, path.stat().st_size
    if size < end:
        raise InvalidInput(f"{path}: it has {size:,} bytes, its header tells {end:,}: it is truncated")
    remarks = [f"{path}: {size - end:,} bytes behind its voxels are passed over"] if size > end else []
    z, y, x = extent
    lies = Raw(str(path), path, start, dtype, (x, y, z), (2, 1, 0)) if is_fortran else None
    return Opened(lies or Raw(str(path), path, start, dtype, (z, y, x)), remarks=remarks)


def write_npy(path: Path, opened: Opened) -> list[str]:
    """Write a volume, and return what the file cannot hold."""
    voxels = opened.voxels
    header = {"descr": np.lib.format.dtype_to_descr(voxels.dtype), "fortran_order": False, "shape": voxels.shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for plane in planes(voxels):
            file.write(np.ascontiguousarray(plane).data)
    return ["npy holds no voxel size and no origin"] if opened.voxel_size_a or opened.origin_a else []
