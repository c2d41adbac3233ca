"""TIFF stacks, whichever way tifffile and imagecodecs read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.picture.tiff import complaints
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.raw import Raw
from maskline.volumes.formats.tiff.calibration import calibration_of
from maskline.volumes.voxels import Box, Shape, Voxels

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a TIFF begins, and a BigTIFF."""
SECTIONS = "ZIQTC"
"""The letters by which tifffile calls what may be the planes of a volume, the surest first."""


@dataclass(frozen=True, slots=True)
class Paged:
    """A stack of which the strips or tiles are read that hold what is asked for.

    axes: tifffile's letter for each.  planes: that of z, empty for one plane.
    """

    path: Path
    axes: str
    planes: str
    shape: Shape
    dtype: np.dtype[Any]

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box, (z, y, x).  Raises Corrupt."""
        import tifffile
        import zarr

        cut = dict(zip((self.planes, "Y", "X"), box.slices, strict=True))
        try:
            with tifffile.TiffFile(self.path) as file, _series(file).aszarr(level=0, squeeze=False) as store:
                array: Any = zarr.open_array(store, mode="r")
                values = np.asarray(array[tuple(cut.get(axis, 0) for axis in self.axes)])
        except Exception as fault:  # codecs raise what they like
            raise Corrupt(f"{self.path} cannot be read: {str(fault) or type(fault).__name__}") from fault
        kept = [axis for axis in self.axes if axis in cut]
        ordered = values.transpose([kept.index(axis) for axis in cut if axis in kept])
        return ordered.reshape(box.shape).astype(self.dtype, copy=False)


def open_tiff(path: Path) -> Opened:
    """Open a stack.  Raises InvalidInput."""
    import tifffile

    try:
        with complaints() as told, tifffile.TiffFile(path) as file:
            voxels = _voxels(path, _series(file))
            _require_one(file, path)
            _require_all(file, path)
            _require_none(told, path)
            size, origin = calibration_of(file)
            return Opened(voxels, size, origin)
    except InvalidInput:
        raise
    except Exception as fault:
        raise InvalidInput(f"{path}: it cannot be read: {str(fault) or type(fault).__name__}") from fault


def _require_none(told: list[str], path: Path) -> None:
    if told:
        raise InvalidInput(f"{path}: it is damaged or truncated: {told[0]}")


def _series(file: Any) -> Any:
    if not file.series:
        raise InvalidInput("there is no picture in it")
    return file.series[0]


def _require_one(file: Any, path: Path) -> None:
    """Refuse a file of several stacks; smaller copies of the first are none."""
    if any(not other.keyframe.is_reduced for other in file.series[1:]):
        told = " and ".join(" x ".join(map(str, other.shape)) for other in file.series)
        raise InvalidInput(f"{path}: it holds several stacks ({told}): save each as a file of its own")


def _require_all(file: Any, path: Path) -> None:
    """Refuse a file that ends before its last strip does."""
    size = path.stat().st_size
    ends = [
        offset + count
        for page in file.pages
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False)
    ]
    if file.series[0].dataoffset is not None:  # one page may stand for all that follow it
        ends.append(file.series[0].dataoffset + file.series[0].nbytes)
    end = max(ends, default=0)
    if size < end:
        raise InvalidInput(f"{path}: it has {size:,} bytes, its pages tell {end:,}: it is truncated")


def _voxels(path: Path, series: Any) -> Voxels:
    axes, lengths = series.get_axes(squeeze=False), series.get_shape(squeeze=False)
    told = ", ".join(f"{axis} {length}" for axis, length in zip(axes, lengths, strict=True))
    longer = [axis for axis, length in zip(axes, lengths, strict=True) if length > 1 and axis not in "YX"]
    if len(longer) > 1 or not {"Y", "X"} <= set(axes) or any(axis not in SECTIONS for axis in longer):
        raise InvalidInput(f"{path}: it has the axes {told}: it must be one stack of grey planes (Z, Y, X)")
    if series.dtype is None or series.dtype.kind not in "biuf":
        raise InvalidInput(f"{path}: it holds {series.dtype}, it must hold numbers")
    sizes = dict(zip(axes, lengths, strict=True))
    planes = longer[0] if longer else next((axis for axis in SECTIONS if axis in axes), "")
    shape = (sizes.get(planes, 1), sizes["Y"], sizes["X"])
    if series.dataoffset is not None and axes.index("Y") < axes.index("X") and _first(axes, planes):
        stored = series.dtype.newbyteorder(series.keyframe.parent.byteorder)
        return Raw(str(path), path, series.dataoffset, stored, shape)
    return Paged(path, axes, planes, shape, series.dtype.newbyteorder("="))


def _first(axes: str, planes: str) -> bool:
    """Tell whether planes follow each other in the file."""
    return not planes or axes.index(planes) < axes.index("Y")
