"""Densities of real complexes, from .mrc files."""

import io
import warnings

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.tomograms.complexes.density import MOST_VOXELS, Density

AXES = (1, 2, 3)
"""Columns are x, rows y, sections z."""


def mapped(name: str, data: bytes) -> Density:
    """Return the density of a map.  Raises InvalidInput."""
    from mrcfile.mrcinterpreter import MrcInterpreter

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = MrcInterpreter(io.BytesIO(data))
    except (ValueError, OSError) as fault:
        raise InvalidInput(f"densities: {name}: {fault}") from None
    header, values, step = read.header, np.asarray(read.data, np.float32), float(read.voxel_size.x)
    sides = [float(getattr(read.voxel_size, axis)) for axis in "xyz"]
    if values.ndim != 3 or max(values.shape) > MOST_VOXELS:
        raise InvalidInput(
            f"densities: {name} has shape {values.shape}: a map of at most {MOST_VOXELS} each way is read"
        )
    if (axes := (int(header.mapc), int(header.mapr), int(header.maps))) != AXES:
        raise InvalidInput(f"densities: {name} has the axes {axes}: columns, rows and sections must be x, y, z {AXES}")
    if step <= 0 or max(sides) - min(sides) > 1e-3 * step:
        raise InvalidInput(f"densities: {name} has voxels of {sides} angstrom: they must be cubes above 0")
    if not np.isfinite(values).all() or values.max() <= 0:
        raise InvalidInput(f"densities: {name} has no density above 0, or numbers that are none")
    return Density.of(name, values, round(step, 4))
