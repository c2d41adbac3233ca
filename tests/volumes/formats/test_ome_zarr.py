"""OME-Zarr of both versions, as other programs write it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.voxels import Box, InMemory, whole

VALUES = np.arange(2 * 3 * 4, dtype=np.uint16).reshape(2, 3, 4)
SCALE = {"type": "scale", "scale": [1.0, 1.0, 2.0, 3.0, 4.0]}
AXES = [{"name": "t", "type": "time"}, {"name": "c", "type": "channel"}]
AXES += [{"name": name, "type": "space", "unit": "nanometer"} for name in "zyx"]


def made(
    path: Path, zarr_format: Any = 3, axes: Any = AXES, steps: Any = (SCALE,), values: Any = VALUES[None, None]
) -> Path:
    scales = {"axes": axes, "datasets": [{"path": "s0", "coordinateTransformations": list(steps)}]}
    told = {"ome": {"version": "0.5", "multiscales": [scales]}} if zarr_format == 3 else {"multiscales": [scales]}
    zarr.create_group(path, attributes=told, zarr_format=zarr_format).create_array("s0", data=values)
    return path


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_one_time_and_channel_of_either_version_are_read(zarr_format: int, tmp_path: Path) -> None:
    opened = open_volume(made(tmp_path / "a.zarr", zarr_format))

    assert (opened.voxel_size_a, opened.origin_a) == ((20, 30, 40), None)
    np.testing.assert_array_equal(opened.voxels.read(whole((2, 3, 4))), VALUES)
    np.testing.assert_array_equal(opened.voxels.read(Box((1, 1, 1), (2, 3, 2))), VALUES[1:2, 1:3, 1:2])


def test_axes_may_be_in_another_order(tmp_path: Path) -> None:
    axes = [
        {"name": name, "type": "space", "unit": unit}
        for name, unit in (("x", "nanometer"), ("z", "angstrom"), ("y", ""))
    ]
    steps = [{"type": "scale", "scale": [1, 2, 3]}]
    path = made(tmp_path / "a.zarr", axes=axes, steps=steps, values=VALUES.transpose(2, 0, 1))

    np.testing.assert_array_equal(open_volume(path).voxels.read(whole((2, 3, 4))), VALUES)
    assert open_volume(path).voxel_size_a is None  # y is in no unit of length


def test_steps_follow_each_other(tmp_path: Path) -> None:
    path = made(tmp_path / "a.zarr", axes=AXES[2:], values=VALUES, steps=[{"type": "scale", "scale": [2, 3, 4]}])
    attributes = zarr.open_group(path).attrs
    told: Any = attributes["ome"]
    told["multiscales"][0]["datasets"][0]["coordinateTransformations"].append(
        {"type": "translation", "translation": [1, 2, 3]}
    )
    told["multiscales"][0]["coordinateTransformations"] = [{"type": "scale", "scale": [10, 10, 10]}]
    attributes["ome"] = told

    opened = open_volume(path)

    assert (opened.voxel_size_a, opened.origin_a) == ((200, 300, 400), (100, 200, 300))


def test_labels_lie_below_their_image(tmp_path: Path) -> None:
    made(tmp_path / "a.zarr")
    made(tmp_path / "a.zarr/labels/cells", axes=AXES[2:], values=VALUES + 1, steps=())

    opened = open_volume(tmp_path / "a.zarr", "labels/cells")

    np.testing.assert_array_equal(opened.voxels.read(whole((2, 3, 4))), VALUES + 1)


def test_a_bare_array_is_taken_as_z_y_x_with_a_remark(tmp_path: Path) -> None:
    zarr.create_array(tmp_path / "a.zarr", data=VALUES)

    opened = open_volume(tmp_path / "a.zarr")

    np.testing.assert_array_equal(opened.voxels.read(whole((2, 3, 4))), VALUES)
    assert "its axes are taken as z, y, x" in opened.remarks[0]


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"values": np.zeros((1, 2, 2, 3, 4))}, "c 2, .*only z, y and x may be longer than 1"),
        ({"values": VALUES}, "it has 3 axes"),
        ({"axes": AXES[3:], "values": VALUES[0], "steps": ()}, "it must have z, y and x"),
        ({"values": np.zeros((1, 1, 2, 3, 4), complex)}, "it holds complex128"),
        ({"axes": None}, "no image of OME-Zarr 0.4 or 0.5"),
        ({"steps": [{"type": "scale", "scale": [1, 2]}]}, "no image of OME-Zarr 0.4 or 0.5"),
    ],
)
def test_what_is_no_volume_is_refused(options: dict[str, Any], rule: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=rule):
        open_volume(made(tmp_path / "a.zarr", **options))


def test_an_image_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="labels/none"):
        open_volume(made(tmp_path / "a.zarr"), "labels/none")


def test_a_damaged_chunk_is_corrupt_when_it_is_read(tmp_path: Path) -> None:
    write_volume(tmp_path / "a.zarr", Opened(InMemory(VALUES)))
    (tmp_path / "a.zarr/0/c/0/0/0").write_bytes(b"none")
    voxels = open_volume(tmp_path / "a.zarr").voxels

    with pytest.raises(Corrupt, match=r"a\.zarr/0 cannot be read"):
        voxels.read(whole((2, 3, 4)))
