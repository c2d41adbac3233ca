"""OME-Zarr 0.5 and 0.4: a folder with an image at several resolutions, of which the first is the finest.

The specification is that of NGFF, https://ngff.openmicroscopy.org/0.5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.volumes.formats.lengths import angstroms
from maskline.volumes.formats.opened import Lengths, Opened
from maskline.volumes.formats.slabs import PLANES, slabs
from maskline.volumes.voxels import Box, Shape

ZYX = ("z", "y", "x")
CHUNK = (PLANES, 128, 128)
FOLDER = ".zarr"
"""What a folder is called that is a volume."""
METADATA = ("zarr.json", ".zgroup", ".zarray")
"""What a folder of zarr's holds, of format 3 and 2."""


@dataclass(frozen=True, slots=True)
class Chunked:
    """An array of zarr's.  axes: a name for each; those beside z, y, x have one place."""

    path: Path
    array: str
    axes: Sequence[str]
    shape: Shape
    dtype: np.dtype[Any]

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box, (z, y, x).  Raises Corrupt."""
        import zarr

        cut = dict(zip(ZYX, box.slices, strict=True))
        try:
            values = np.asarray(_node(zarr, self.path, self.array)[tuple(cut.get(axis, 0) for axis in self.axes)])
        except Exception as fault:  # codecs raise what they like
            raise Corrupt(f"{self.path}/{self.array} cannot be read: {str(fault) or type(fault).__name__}") from fault
        kept = [axis for axis in self.axes if axis in ZYX]
        return values.transpose([kept.index(axis) for axis in ZYX]).astype(self.dtype, copy=False)


def open_zarr(path: Path, image: str) -> Opened:
    """Open an image, by its name within the folder if it is not the folder's own.  Raises InvalidInput."""
    import zarr

    try:
        node = _node(zarr, path, image)
    except Exception as fault:
        raise InvalidInput(f"{path}/{image} is no zarr: {str(fault) or type(fault).__name__}") from fault
    if isinstance(node, zarr.Array):
        remark = f"{path}: it is a zarr array without OME's metadata: its axes are taken as z, y, x"
        return Opened(_voxels(path, image, node, ZYX), remarks=[remark])
    attributes = dict(node.attrs)
    try:
        scales = attributes.get("ome", attributes)["multiscales"][0]
        axes = [axis["name"] for axis in scales["axes"]]
        units = [axis.get("unit", "") for axis in scales["axes"]]
        finest = scales["datasets"][0]
        array = node[finest["path"]]
        steps = [*finest.get("coordinateTransformations", []), *scales.get("coordinateTransformations", [])]
        size, origin = _placed(steps, axes, units)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as fault:
        raise InvalidInput(f"{path}/{image}: it is no image of OME-Zarr 0.4 or 0.5: {fault!r}") from None
    return Opened(_voxels(path, f"{image}/{finest['path']}".strip("/"), array, axes), size, origin)


def write_zarr(path: Path, opened: Opened) -> None:
    """Write an image of one resolution as OME-Zarr 0.5."""
    import zarr

    voxels = opened.voxels
    unit = {"unit": "angstrom"} if opened.voxel_size_a else {}
    steps: list[dict[str, Any]] = [{"type": "scale", "scale": list(opened.voxel_size_a or (1.0, 1.0, 1.0))}]
    if opened.origin_a:
        steps.append({"type": "translation", "translation": list(opened.origin_a)})
    scales = {
        "axes": [{"name": name, "type": "space", **unit} for name in ZYX],
        "datasets": [{"path": "0", "coordinateTransformations": steps}],
    }
    image = zarr.create_group(path, attributes={"ome": {"version": "0.5", "multiscales": [scales]}}, zarr_format=3)
    array = image.create_array(
        "0",
        shape=voxels.shape,
        chunks=tuple(map(min, CHUNK, voxels.shape)),
        dtype=voxels.dtype,
        dimension_names=ZYX,
    )
    for box in slabs(voxels.shape):
        array[box.slices] = voxels.read(box)


def _node(zarr: Any, path: Path, name: str) -> Any:
    return zarr.open(path / name if name else path, mode="r")


def _voxels(path: Path, name: str, array: Any, axes: Sequence[str]) -> Chunked:
    lengths = dict(zip(axes, array.shape, strict=False))
    told = ", ".join(f"{axis} {length}" for axis, length in lengths.items())
    if len(axes) != array.ndim or not set(ZYX) <= set(axes):
        raise InvalidInput(f"{path}/{name}: it has {array.ndim} axes ({told}), it must have z, y and x")
    if min(array.shape) < 1 or any(length > 1 for axis, length in lengths.items() if axis not in ZYX):
        raise InvalidInput(f"{path}/{name}: it has {told}: only z, y and x may be longer than 1, and none empty")
    if array.dtype.kind not in "biuf":
        raise InvalidInput(f"{path}/{name}: it holds {array.dtype}, it must hold numbers")
    z, y, x = (lengths[axis] for axis in ZYX)
    return Chunked(path, name, tuple(axes), (z, y, x), array.dtype.newbyteorder("="))


def _placed(
    steps: Sequence[Mapping[str, Any]], axes: Sequence[str], units: Sequence[str]
) -> tuple[Lengths | None, Lengths | None]:
    """Apply an image's steps one after another and return voxel size and origin; None where a unit is no length."""
    scale, shift = np.ones(len(axes)), np.zeros(len(axes))
    for step in steps:
        factors = np.asarray(step.get("scale", 1.0), np.float64)
        scale, shift = scale * factors, shift * factors + np.asarray(step.get("translation", 0.0), np.float64)
    places = [list(axes).index(axis) for axis in ZYX if axis in axes]
    lengths = [angstroms(units[place]) for place in places]
    if len(places) != 3 or None in lengths:
        return None, None
    size = [float(scale[place] * length) for place, length in zip(places, lengths, strict=True) if length]
    origin = [float(shift[place] * length) for place, length in zip(places, lengths, strict=True) if length]
    has_origin = any(step.get("type") == "translation" for step in steps)
    return (size[0], size[1], size[2]), (origin[0], origin[1], origin[2]) if has_origin else None
