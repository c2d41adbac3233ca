"""MRC2014 files."""

from pathlib import Path
from typing import Any

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.mrc.header import BYTES, IN_ORDER, MODES
from maskline.volumes.formats.mrc.statistics import Statistics
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.slabs import planes
from maskline.volumes.voxels import Voxels

MODE_OF = {np.dtype(code): mode for mode, code in MODES.items()}
OTHERS = "write .h5, .tif, .zarr or .npy"
LABEL = b"Maskline"
LITTLE_ENDIAN = (0x44, 0x44, 0, 0)
MRC2014 = 20141
ONE_VOLUME = 1
"""The space group of a volume that is no crystal."""


def write_mrc(path: Path, opened: Opened) -> list[str]:
    """Write a volume, and return what became different.

    Whole numbers of other kinds are written as those of 8 or 16 bits that hold them all.  Raises InvalidInput for
    voxels that no mode holds: labels above 65,535, and floats of 64 bits.
    """
    voxels = opened.voxels
    dtype = _fitting(voxels)
    statistics = Statistics()
    with path.open("wb") as file:
        file.write(bytes(BYTES))
        for plane in planes(voxels):
            written = np.ascontiguousarray(plane, dtype.newbyteorder("<"))
            statistics.add(written)
            file.write(written.data)
        file.seek(0)
        file.write(_header(opened, dtype, statistics).tobytes())
    return [] if dtype == voxels.dtype else [f"mrc has no mode for {voxels.dtype}: it is written as {dtype}"]


def _fitting(voxels: Voxels) -> np.dtype[Any]:
    """Return the kind of numbers that the file will hold."""
    dtype = voxels.dtype.newbyteorder("=")
    if dtype in MODE_OF:
        return dtype
    if dtype.kind == "b":
        return np.dtype("i1")
    if dtype.kind == "f":
        raise InvalidInput(f"{dtype} has no .mrc mode: {OTHERS}")
    if dtype == np.uint8:
        return np.dtype("u2")
    lowest = highest = 0
    for plane in planes(voxels):
        lowest, highest = min(lowest, int(plane.min())), max(highest, int(plane.max()))
    for code in ("u2", "i2"):
        if np.iinfo(code).min <= lowest and highest <= np.iinfo(code).max:
            return np.dtype(code)
    if highest > np.iinfo("u2").max:
        raise InvalidInput(f"labels above 65,535 have no .mrc mode, and there is {highest:,}: {OTHERS}")
    raise InvalidInput(f"whole numbers from {lowest:,} to {highest:,} have no .mrc mode: {OTHERS}")


def _header(opened: Opened, dtype: np.dtype[Any], statistics: Statistics) -> Any:
    from mrcfile.dtypes import HEADER_DTYPE

    shape = opened.voxels.shape
    header = np.zeros((), HEADER_DTYPE.newbyteorder("<"))
    for axis, length in zip("zyx", shape, strict=True):
        header[f"n{axis}"] = header[f"m{axis}"] = length
    for axis, length, size in zip("zyx", shape, opened.voxel_size_a or (0, 0, 0), strict=True):
        header["cella"][axis] = length * size
    for axis, place in zip("zyx", opened.origin_a or (0, 0, 0), strict=True):
        header["origin"][axis] = place
    header["cellb"] = (90, 90, 90)
    header["mode"], header["ispg"], header["nversion"] = MODE_OF[dtype], ONE_VOLUME, MRC2014
    header["mapc"], header["mapr"], header["maps"] = IN_ORDER
    header["dmin"], header["dmax"] = statistics.lowest, statistics.highest
    header["dmean"], header["rms"] = statistics.mean, statistics.deviation
    header["map"], header["machst"] = b"MAP ", LITTLE_ENDIAN
    header["nlabl"] = 1
    header["label"][0] = LABEL
    return header
