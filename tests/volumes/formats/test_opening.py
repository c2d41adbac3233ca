"""The content of a file says what it is; what is none is refused."""

from pathlib import Path

import numpy as np
import pytest

from maskline.contract.errors import InvalidInput, NotFound
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.voxels import InMemory, whole

VALUES = np.arange(24, dtype=np.uint16).reshape(2, 3, 4)


@pytest.mark.parametrize("suffix", [".mrc", ".h5", ".tif", ".npy"])
def test_a_suffix_counts_for_nothing(suffix: str, tmp_path: Path) -> None:
    write_volume(tmp_path / f"a{suffix}", Opened(InMemory(VALUES)))
    (tmp_path / f"a{suffix}").rename(tmp_path / "a.dat")

    np.testing.assert_array_equal(open_volume(tmp_path / "a.dat").voxels.read(whole((2, 3, 4))), VALUES)


@pytest.mark.parametrize("data", [b"", b"# notes", b"\x89PNG\r\n\x1a\n" + bytes(2000), bytes(2000)])
def test_what_is_no_volume_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mrc").write_bytes(data)

    with pytest.raises(InvalidInput, match="holds no volume in a format that is read: MRC"):
        open_volume(tmp_path / "a.mrc")


def test_a_folder_that_is_no_zarr_and_a_file_that_is_not_there_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder without zarr's metadata"):
        open_volume(tmp_path)
    with pytest.raises(NotFound, match=r"none\.mrc does not exist"):
        open_volume(tmp_path / "none.mrc")


@pytest.mark.parametrize("suffix", [".mrc", ".tif", ".npy"])
def test_a_name_is_asked_only_of_files_that_hold_several(suffix: str, tmp_path: Path) -> None:
    write_volume(tmp_path / f"a{suffix}", Opened(InMemory(VALUES)))

    with pytest.raises(InvalidInput, match="holds one volume, which has no name: 'labels' was asked for"):
        open_volume(tmp_path / f"a{suffix}", "labels")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<i4", ">i4"])
def test_arrays_of_numpy_lie_in_any_order(order: str, dtype: str, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.asarray(VALUES.astype(dtype), order=order))  # type: ignore[call-overload]

    voxels = open_volume(tmp_path / "a.npy").voxels

    assert voxels.dtype == np.int32
    np.testing.assert_array_equal(voxels.read(whole((2, 3, 4))), VALUES)


@pytest.mark.parametrize("values", [np.ones((2, 2)), np.ones((0, 2, 2)), np.ones((1, 1, 1), complex)])
def test_arrays_of_numpy_that_are_no_volumes_are_refused(values: object, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.asarray(values))

    with pytest.raises(InvalidInput, match="must hold numbers of three axes, z, y, x"):
        open_volume(tmp_path / "a.npy")


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((1, 1, 1), None), allow_pickle=True)

    with pytest.raises(InvalidInput, match="it holds object"):
        open_volume(tmp_path / "a.npy")


def test_a_truncated_array_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", VALUES)
    data = (tmp_path / "a.npy").read_bytes()
    for length, rule in ((-1, "it is truncated"), (20, "its header cannot be read")):
        (tmp_path / "a.npy").write_bytes(data[:length])
        with pytest.raises(InvalidInput, match=rule):
            open_volume(tmp_path / "a.npy")
