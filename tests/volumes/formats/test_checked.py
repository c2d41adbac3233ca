"""What no voxel may be is told with its place in the volume."""

from pathlib import Path

import numpy as np
import pytest

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.checked import Finite, Labels
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.voxels import Box, InMemory, whole

BOX = Box((1, 1, 1), (3, 3, 3))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_where_it_is_read(value: float) -> None:
    values = np.zeros((4, 4, 4), np.float32)
    values[2, 1, 2] = value
    voxels = Finite(InMemory(values), "a.mrc")

    assert voxels.read(Box((0, 0, 0), (2, 4, 4))).sum() == 0
    with pytest.raises(InvalidInput, match=f"a.mrc: voxel z 2, y 1, x 2 is {value}: .* must be finite"):
        voxels.read(BOX)


def test_a_file_with_nan_is_refused_by_name(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((1, 1, 1), np.nan))
    opened = open_volume(tmp_path / "a.npy")

    with pytest.raises(InvalidInput, match=rf"{tmp_path}/a.npy: voxel z 0, y 0, x 0 is nan"):
        opened.voxels.read(whole((1, 1, 1)))


@pytest.mark.parametrize(
    ("dtype", "read"),
    [("?", "u1"), ("u2", "u2"), ("i4", "u4"), ("i8", "u8"), ("f2", "u2"), ("f4", "u4"), ("f8", "u8")],
)
def test_ids_are_whole_numbers_however_a_file_keeps_them(dtype: str, read: str) -> None:
    labels = Labels(InMemory(np.array([[[0, 1]]], dtype)), "a.mrc")

    assert labels.dtype == labels.read(whole((1, 1, 2))).dtype == np.dtype(read)
    assert labels.read(whole((1, 1, 2))).tolist() == [[[0, 1]]]


@pytest.mark.parametrize(
    ("dtype", "value", "rule"),
    [
        ("f4", 1.5, "ids must be whole numbers"),
        ("f8", -2.0, "ids must not be negative"),
        ("i2", -1, "ids must not be negative"),
        ("f4", 2**24 + 2, "float32 holds whole numbers up to 16,777,216 only"),
        ("f2", 2050, "float16 holds whole numbers up to 2,048 only"),
    ],
)
def test_what_is_no_id_is_refused(dtype: str, value: float, rule: str) -> None:
    values = np.zeros((4, 4, 4), dtype)
    values[2, 1, 2] = value

    with pytest.raises(InvalidInput, match=f"a.mrc: voxel z 2, y 1, x 2 is .*: {rule}"):
        Labels(InMemory(values), "a.mrc").read(BOX)


@pytest.mark.parametrize(("dtype", "most"), [("f4", 2**24), ("f8", 2**53), ("i8", 2**63 - 1), ("u8", 2**64 - 1)])
def test_the_largest_ids_are_exact(dtype: str, most: int) -> None:
    labels = Labels(InMemory(np.array([[[most]]], dtype)), "a.npy")

    assert labels.read(whole((1, 1, 1))).tolist() == [[[most]]]
