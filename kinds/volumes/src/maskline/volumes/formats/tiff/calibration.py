"""Voxel size and origin in a TIFF's metadata."""

import math
from typing import Any

from maskline.volumes.formats.lengths import angstroms
from maskline.volumes.formats.opened import Lengths

Placed = tuple[Lengths | None, Lengths | None]


def calibration_of(file: Any) -> Placed:
    """Return voxel size and origin of a tifffile.TiffFile, each None where it is not told in units of length."""
    if file.is_ome:
        return _ome(file)
    if file.is_imagej:
        return _imagej(file)
    return None, None


def _ome(file: Any) -> Placed:
    """Read the OME model's Pixels (2016-06): sizes, in micrometres unless told, and the first Plane's place."""
    from tifffile import xml2dict

    images = xml2dict(file.ome_metadata)["OME"]["Image"]
    pixels = (images[0] if isinstance(images, list) else images)["Pixels"]
    found = pixels.get("Plane", {})
    first = found[0] if isinstance(found, list) else found
    size = _three(pixels, "PhysicalSize", "µm")
    # A place without unit is in the microscope's own frame, which has none.
    return (size if size and min(size) > 0 else None), _three(first, "Position", "reference frame")


def _three(fields: dict[str, Any], name: str, default: str) -> Lengths | None:
    lengths = []
    for axis in "ZYX":
        unit = angstroms(str(fields.get(f"{name}{axis}Unit", default)))
        if unit is None or f"{name}{axis}" not in fields:
            return None
        lengths.append(float(fields[f"{name}{axis}"]) * unit)
    return (lengths[0], lengths[1], lengths[2]) if all(map(math.isfinite, lengths)) else None


def _imagej(file: Any) -> Placed:
    """Read ImageJ's description, where `spacing` is along z, and the resolution, in pixels a unit, along x and y."""
    told, tags = file.imagej_metadata, file.pages[0].tags
    unit = angstroms(str(told.get("unit", "")).replace("\\u00B5", "µ"))
    spacing = float(told.get("spacing", 0))
    if unit is None or spacing <= 0 or "XResolution" not in tags or "YResolution" not in tags:
        return None, None
    y, x = (tags[name].value for name in ("YResolution", "XResolution"))
    if not all((*x, *y)):
        return None, None
    size = spacing * unit, y[1] / y[0] * unit, x[1] / x[0] * unit
    places = [float(told.get(f"{axis}origin", 0)) for axis in "zyx"]
    if not any(places):
        return size, None
    # ImageJ counts the origin in pixels, from the first: what lies there is 0.
    return size, (-places[0] * size[0], -places[1] * size[1], -places[2] * size[2])
