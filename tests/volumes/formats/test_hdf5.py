"""HDF5 as CryoSiam and plant-seg write it."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.voxels import whole

VALUES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("name", ["labels", "instances", "volumes/raw"])
def test_the_only_volume_needs_no_name(name: str, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file[name] = VALUES
        file["table"] = [[1, 2]]
        file["names"] = np.full((1, 1, 1), b"text")

    np.testing.assert_array_equal(open_volume(tmp_path / "a.h5").voxels.read(whole((2, 3, 4))), VALUES)


def test_of_several_volumes_one_is_asked_for_by_name(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for name in ("foreground", "distances", "boundaries"):
            file[name] = np.full((1, 2, 3), len(name), np.float32)

    assert open_volume(tmp_path / "a.h5", "/distances").voxels.read(whole((1, 2, 3))).max() == 9
    with pytest.raises(InvalidInput, match="several volumes, boundaries, distances, foreground: say which one"):
        open_volume(tmp_path / "a.h5")
    with pytest.raises(InvalidInput, match="no volume 'labels', it has boundaries, distances, foreground"):
        open_volume(tmp_path / "a.h5", "labels")


def test_plant_segs_sizes_are_micrometres_along_z_y_x(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["raw"] = VALUES
        file["raw"].attrs["element_size_um"] = [0.5, 0.25, 0.125]

    assert open_volume(tmp_path / "a.h5").voxel_size_a == (5000, 2500, 1250)


@pytest.mark.parametrize("size", [[1.0, 2.0], "thick", [1.0, np.nan, 1.0]])
def test_sizes_that_are_none_are_refused(size: object, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["raw"] = VALUES
        file["raw"].attrs["element_size_um"] = size

    with pytest.raises(InvalidInput, match=r"dataset raw, element_size_um = .*, it must be"):
        open_volume(tmp_path / "a.h5")


def test_a_file_without_volumes_and_a_truncated_one_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["table"] = np.ones((20, 20))
    with pytest.raises(InvalidInput, match="no dataset of numbers with three axes"):
        open_volume(tmp_path / "a.h5")

    (tmp_path / "a.h5").write_bytes((tmp_path / "a.h5").read_bytes()[:-100])
    with pytest.raises(InvalidInput, match=r"cannot be read: .*truncated"):
        open_volume(tmp_path / "a.h5")
