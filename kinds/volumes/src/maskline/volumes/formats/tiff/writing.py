"""OME-TIFF, for which there are whole numbers up to 32 bits and floats of 32 and 64."""

from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.slabs import planes

KINDS = ("u1", "u2", "u4", "i1", "i2", "i4", "f4", "f8")
"""The OME model's pixel types, 2016-06."""
BIG = 2**32 - 2**25
"""From so many bytes on a file is a BigTIFF, as tifffile has it."""


def write_tiff(path: Path, opened: Opened) -> None:
    """Write a volume, a page for each plane; whole numbers are compressed.  Raises InvalidInput."""
    import tifffile

    voxels = opened.voxels
    if voxels.dtype.newbyteorder("=") not in map(np.dtype, KINDS):
        raise InvalidInput(f"OME-TIFF holds no {voxels.dtype}: write .h5, .zarr or .npy")
    metadata: dict[str, Any] = {"axes": "ZYX", "UUID": str(UUID(int=0))}  # one of its own made other bytes each time
    if opened.voxel_size_a:
        for axis, size in zip("ZYX", opened.voxel_size_a, strict=True):
            metadata |= {f"PhysicalSize{axis}": size, f"PhysicalSize{axis}Unit": "Å"}
    if opened.origin_a:
        metadata["Plane"] = _places(opened, opened.origin_a[0])
    is_big = int(np.prod(voxels.shape)) * voxels.dtype.itemsize > BIG
    with tifffile.TiffWriter(path, bigtiff=is_big, ome=True) as file:
        file.write(
            (np.ascontiguousarray(plane) for plane in planes(voxels)),
            shape=voxels.shape,
            dtype=voxels.dtype,
            photometric="minisblack",
            compression="zlib" if voxels.dtype.kind in "iu" else None,  # noise does not become smaller
            maxworkers=1,  # more would take all planes at once
            metadata=metadata,
            software="Maskline",
        )


def _places(opened: Opened, z: float) -> dict[str, list[Any]]:
    """Return where each plane lies, as OME has it."""
    count = opened.voxels.shape[0]
    step = opened.voxel_size_a[0] if opened.voxel_size_a else 0.0
    _, y, x = opened.origin_a or (z, 0.0, 0.0)
    placed = {"Z": [z + number * step for number in range(count)], "Y": [y] * count, "X": [x] * count}
    units = {f"Position{axis}Unit": ["Å"] * count for axis in "ZYX"}
    return {f"Position{axis}": values for axis, values in placed.items()} | units
