"""TIFF stacks of several programs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.voxels import Box, InMemory, whole

VALUES = np.arange(3 * 40 * 50, dtype=np.uint16).reshape(3, 40, 50)
BOX = Box((1, 5, 7), (3, 30, 41))


def made(path: Path, values: Any = VALUES, **options: Any) -> Path:
    tifffile.imwrite(path, values, photometric="minisblack", **options)
    return path


@pytest.mark.parametrize("compression", [None, "lzw", "zlib", "zstd", "packbits", "lerc", "jpegxl"])
@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_pages_are_planes_however_they_are_compressed(compression: str, tile: Any, tmp_path: Path) -> None:
    options = {"compressionargs": {"lossless": True}} if compression == "jpegxl" else {}
    path = made(tmp_path / "a.tif", compression=compression, tile=tile, metadata=None, **options)

    voxels = open_volume(path).voxels

    np.testing.assert_array_equal(voxels.read(whole(voxels.shape)), VALUES)
    np.testing.assert_array_equal(voxels.read(BOX), VALUES[BOX.slices])


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("axes", ["ZYX", "TYX", "CYX"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_slices_frames_or_channels_of_imagej_are_planes(
    byteorder: Any, axes: str, compression: str, tmp_path: Path
) -> None:
    path = made(tmp_path / "a.tif", imagej=True, byteorder=byteorder, compression=compression, metadata={"axes": axes})

    voxels = open_volume(path).voxels

    assert voxels.dtype == np.uint16
    np.testing.assert_array_equal(voxels.read(BOX), VALUES[BOX.slices])


@pytest.mark.parametrize(("unit", "angstroms"), [("nm", 10), ("micron", 1e4), ("\\u00B5m", 1e4), ("angstrom", 1)])
def test_imagej_tells_the_voxel_size(unit: str, angstroms: float, tmp_path: Path) -> None:
    metadata = {"axes": "ZYX", "unit": unit, "spacing": 3.0, "xorigin": 2, "yorigin": 4, "zorigin": 1}
    path = made(tmp_path / "a.tif", imagej=True, resolution=(2, 4), metadata=metadata)

    opened = open_volume(path)

    assert opened.voxel_size_a == pytest.approx((3 * angstroms, 0.25 * angstroms, 0.5 * angstroms))
    assert opened.origin_a == pytest.approx((-3 * angstroms, -angstroms, -angstroms))


@pytest.mark.parametrize("metadata", [{"axes": "ZYX"}, {"axes": "ZYX", "unit": "pixel", "spacing": 1.0}])
def test_pixels_are_no_length(metadata: dict[str, Any], tmp_path: Path) -> None:
    assert open_volume(made(tmp_path / "a.tif", imagej=True, metadata=metadata)).voxel_size_a is None


def test_ome_counts_in_micrometres_unless_it_says_otherwise(tmp_path: Path) -> None:
    metadata = {"axes": "ZYX", "PhysicalSizeZ": 0.5, "PhysicalSizeY": 2.0, "PhysicalSizeX": 3.0}
    units = {"PhysicalSizeYUnit": "nm", "PhysicalSizeXUnit": "Å"}
    path = made(tmp_path / "a.ome.tif", ome=True, metadata=metadata | units)

    assert open_volume(path).voxel_size_a == (5000, 20, 3)


def test_smaller_copies_of_a_stack_are_no_stacks(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif", ome=True) as file:
        file.write(VALUES, subifds=1, tile=(16, 16), metadata={"axes": "ZYX"}, photometric="minisblack")
        file.write(VALUES[:, ::2, ::2], subfiletype=1, tile=(16, 16), photometric="minisblack")

    np.testing.assert_array_equal(open_volume(tmp_path / "a.tif").voxels.read(BOX), VALUES[BOX.slices])


@pytest.mark.parametrize(
    ("values", "options", "rule"),
    [
        (np.zeros((2, 3, 8, 8), np.uint8), {"imagej": True, "metadata": {"axes": "ZCYX"}}, "must be one stack of grey"),
        (np.zeros((2, 8, 8, 3), np.uint8), {"photometric": "rgb"}, "must be one stack of grey"),
        (np.zeros((2, 8, 8), np.complex64), {}, "it holds complex64"),
    ],
)
def test_what_is_no_stack_of_grey_planes_is_refused(values: Any, options: Any, rule: str, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", values, **{"photometric": "minisblack", **options})

    with pytest.raises(InvalidInput, match=rule):
        open_volume(tmp_path / "a.tif")


def test_pages_of_several_sizes_are_refused(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(VALUES, photometric="minisblack", metadata=None)
        file.write(VALUES[:, :8], photometric="minisblack", metadata=None)

    with pytest.raises(InvalidInput, match="it holds several stacks"):
        open_volume(tmp_path / "a.tif")


@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"imagej": True}, {"metadata": None}])
def test_a_truncated_file_is_refused(options: dict[str, Any], tmp_path: Path) -> None:
    path = made(tmp_path / "a.tif", np.random.default_rng(0).integers(0, 9999, (3, 40, 50), np.uint16), **options)
    path.write_bytes(path.read_bytes()[:-3000])

    with pytest.raises(InvalidInput, match="truncated"):
        open_volume(path)


def test_a_damaged_strip_is_corrupt_when_it_is_read(tmp_path: Path) -> None:
    path = made(tmp_path / "a.tif", compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as file:
        start, length = file.pages[2].dataoffsets[0], file.pages[2].databytecounts[0]
    data = bytearray(path.read_bytes())
    data[start : start + length] = b"\xff" * length
    path.write_bytes(data)
    voxels = open_volume(path).voxels

    np.testing.assert_array_equal(voxels.read(Box((0, 0, 0), (2, 40, 50))), VALUES[:2])
    with pytest.raises(Corrupt, match=r"a\.tif cannot be read"):
        voxels.read(whole(VALUES.shape))


def test_what_is_written_is_an_ome_tiff_to_tifffile(tmp_path: Path) -> None:
    write_volume(tmp_path / "a.tif", Opened(InMemory(VALUES), (13.33, 10, 7.1), (1, 2, 3)))

    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert (file.is_ome, file.series[0].axes, len(file.pages)) == (True, "ZYX", 3)
        np.testing.assert_array_equal(file.asarray(), VALUES)
        pixels = tifffile.xml2dict(file.ome_metadata or "")["OME"]["Image"]["Pixels"]
    assert (pixels["PhysicalSizeZ"], pixels["PhysicalSizeZUnit"]) == (13.33, "Å")
    assert [plane["PositionZ"] for plane in pixels["Plane"]] == pytest.approx([1, 14.33, 27.66])
