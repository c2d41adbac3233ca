"""What is written is read back: voxels, their kind, voxel size and origin; and the bytes are the same each time."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.opened import Lengths, Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.writing import SUFFIXES, write_volume, write_volumes
from maskline.volumes.voxels import Box, InMemory, whole

KINDS = {
    ".mrc": ("i1", "i2", "u2", "f2", "f4"),
    ".h5": ("?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"),
    ".tif": ("u1", "u2", "u4", "i1", "i2", "i4", "f4", "f8"),
    ".zarr": ("?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"),
    ".npy": ("?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"),
}
SIZE, ORIGIN = (13.33, 10.0, 7.1), (1.5, -2.25, 0.1)


def drawn(dtype: str, shape: tuple[int, ...], seed: int = 0) -> NDArray[Any]:
    """Return values from all over the range of a kind."""
    rng = np.random.default_rng(seed)
    if dtype == "?":
        return rng.integers(0, 2, shape).astype(bool)
    if np.dtype(dtype).kind == "f":
        return rng.normal(scale=100, size=shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(limits.min, limits.max, shape, dtype, endpoint=True)


def there_and_back(path: Path, values: NDArray[Any], size: Lengths | None = None) -> Opened:
    assert write_volume(path, Opened(InMemory(values), size, size and ORIGIN)) == []
    return open_volume(path)


def bytes_of(path: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(path.parent)): file.read_bytes() for file in [path, *path.rglob("*")] if file.is_file()
    }


@pytest.mark.parametrize(("suffix", "dtype"), [(suffix, dtype) for suffix, kinds in KINDS.items() for dtype in kinds])
def test_every_kind_of_voxel_comes_back(suffix: str, dtype: str, tmp_path: Path) -> None:
    values = drawn(dtype, (3, 4, 5))

    voxels = there_and_back(tmp_path / f"a{suffix}", values).voxels

    assert voxels.dtype == values.dtype
    assert voxels.shape == values.shape
    np.testing.assert_array_equal(voxels.read(whole(voxels.shape)), values)


@settings(max_examples=30, deadline=None)
@given(
    suffix=st.sampled_from(sorted(KINDS)),
    shape=st.tuples(st.integers(1, 40), st.integers(1, 9), st.integers(1, 140)),
    data=st.data(),
)
def test_any_box_of_any_volume_comes_back(
    suffix: str, shape: tuple[int, int, int], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dtype = data.draw(st.sampled_from(KINDS[suffix]))
    values = drawn(dtype, shape, data.draw(st.integers(0, 2**32)))
    starts = [data.draw(st.integers(0, length - 1)) for length in shape]
    stops = [data.draw(st.integers(start + 1, length)) for start, length in zip(starts, shape, strict=True)]
    box = Box((starts[0], starts[1], starts[2]), (stops[0], stops[1], stops[2]))

    read = there_and_back(tmp_path_factory.mktemp("any") / f"a{suffix}", values).voxels.read(box)

    assert read.dtype == values.dtype
    np.testing.assert_array_equal(read, values[box.slices])


@pytest.mark.parametrize("suffix", [".mrc", ".h5", ".tif", ".zarr"])
def test_voxel_size_and_origin_come_back_along_their_axes(suffix: str, tmp_path: Path) -> None:
    opened = there_and_back(tmp_path / f"a{suffix}", drawn("u2", (3, 4, 5)), SIZE)

    assert (opened.voxel_size_a, opened.origin_a) == (SIZE, ORIGIN)


def test_npy_tells_that_it_holds_no_voxel_size(tmp_path: Path) -> None:
    told = write_volume(tmp_path / "a.npy", Opened(InMemory(drawn("u2", (3, 4, 5))), SIZE))

    assert told == [f"{tmp_path}/a.npy: npy holds no voxel size and no origin"]
    assert open_volume(tmp_path / "a.npy").voxel_size_a is None


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_the_same_volume_is_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    opened = Opened(InMemory(drawn("u2", (20, 4, 5))), SIZE, ORIGIN)

    for folder in ("one", "other"):
        write_volume(tmp_path / folder / f"a{suffix}", opened)

    assert bytes_of(tmp_path / "one" / f"a{suffix}") == bytes_of(tmp_path / "other" / f"a{suffix}")


class Failing(InMemory):
    """A volume whose last planes cannot be read."""

    def read(self, box: Box) -> NDArray[Any]:
        if box.stop[0] == self.shape[0]:
            raise InvalidInput("the end is missing")
        return super().read(box)


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_what_fails_half_way_leaves_nothing(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="the end is missing"):
        write_volume(tmp_path / f"a{suffix}", Opened(Failing(drawn("u2", (40, 4, 5)))))

    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_and_a_folder_is_not(tmp_path: Path) -> None:
    for suffix in (".npy", ".zarr"):
        write_volume(tmp_path / f"a{suffix}", Opened(InMemory(drawn("u1", (1, 1, 2)))))
    write_volume(tmp_path / "a.npy", Opened(InMemory(drawn("u1", (1, 1, 3)))))

    assert open_volume(tmp_path / "a.npy").voxels.shape == (1, 1, 3)
    with pytest.raises(InvalidInput, match="is a folder already"):
        write_volume(tmp_path / "a.zarr", Opened(InMemory(drawn("u1", (1, 1, 2)))))


def test_several_volumes_go_into_one_file_of_hdf5(tmp_path: Path) -> None:
    named = {
        name: Opened(InMemory(drawn("f4", (3, 4, 5), seed))) for seed, name in enumerate(("foreground", "distances"))
    }

    write_volumes(tmp_path / "a_preds.h5", named)

    for name, opened in named.items():
        read = open_volume(tmp_path / "a_preds.h5", name).voxels.read(whole((3, 4, 5)))
        np.testing.assert_array_equal(read, opened.voxels.read(whole((3, 4, 5))))


@pytest.mark.parametrize(
    ("suffix", "dtype"), [(".mrc", "f8"), (".tif", "u8"), (".tif", "i8"), (".tif", "f2"), (".tif", "?")]
)
def test_kinds_that_a_format_has_not_are_refused_by_name(suffix: str, dtype: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=str(np.dtype(dtype))):
        write_volume(tmp_path / f"a{suffix}", Opened(InMemory(drawn(dtype, (1, 1, 2)))))

    assert list(tmp_path.iterdir()) == []


def test_an_unknown_suffix_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"\.mrc, \.rec, .* not to '\.nii'"):
        write_volume(tmp_path / "a.nii", Opened(InMemory(drawn("u1", (1, 1, 2)))))

    assert {".rec", ".map", ".hdf5", ".tiff", *KINDS} == set(SUFFIXES)
