"""MRC files as several programs write them, and what is wrong with some."""

import bz2
import gzip
import tracemalloc
from pathlib import Path
from typing import Any

import mrcfile
import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.voxels import Box, InMemory, whole

VALUES = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
IMOD_STAMP = 1146047817


def made(path: Path, values: NDArray[Any] = VALUES, **fields: Any) -> Path:
    """Write a file with mrcfile, and then some fields of its header."""
    with mrcfile.new(path, values, overwrite=True) as file:
        file.set_volume()
        for field, value in fields.items():
            file.header[field] = value
    return path


def with_flags(path: Path, flags: int) -> Path:
    data = bytearray(path.read_bytes())
    data[152:160] = np.array([IMOD_STAMP, flags], "<i4").tobytes()
    path.write_bytes(data)
    return path


def values_of(opened: Opened) -> NDArray[Any]:
    return opened.voxels.read(whole(opened.voxels.shape))


@pytest.mark.parametrize("dtype", ["i1", "i2", "f4", "u2", "f2"])
def test_every_mode_of_mrcfile_is_read(dtype: str, tmp_path: Path) -> None:
    opened = open_volume(made(tmp_path / "a.mrc", VALUES.astype(dtype)))

    assert (opened.voxels.dtype, list(opened.remarks)) == (np.dtype(dtype), [])
    np.testing.assert_array_equal(values_of(opened), VALUES)


def test_voxel_size_and_origin_are_told_along_z_y_x(tmp_path: Path) -> None:
    path = made(tmp_path / "a.mrc", cella=(4 * 7.1, 3 * 10, 2 * 13.33), origin=(1, 2, 3))

    opened = open_volume(path)

    assert opened.voxel_size_a == (13.33, 10.0, 7.1)
    assert opened.origin_a == (3.0, 2.0, 1.0)


def test_a_map_without_origin_begins_where_its_start_says(tmp_path: Path) -> None:
    # Columns run along z, rows along x, sections along y.
    order: dict[str, Any] = {"mapc": 3, "mapr": 1, "maps": 2}
    path = made(tmp_path / "a.map", cella=(10, 10, 10), mx=5, my=2, mz=1, **order, nxstart=1, nystart=2, nzstart=3)

    opened = open_volume(path)

    assert opened.voxel_size_a == (10.0, 5.0, 2.0)
    assert opened.origin_a == (1 * 10.0, 3 * 5.0, 2 * 2.0)


@pytest.mark.parametrize("order", [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)])
def test_columns_rows_and_sections_may_be_any_axes(order: tuple[int, int, int], tmp_path: Path) -> None:
    opened = open_volume(made(tmp_path / "a.map", mapc=order[0], mapr=order[1], maps=order[2]))

    # The plain way: put every value where the header says it is.
    expected = np.zeros(opened.voxels.shape, np.int16)
    for section, row, column in np.ndindex(VALUES.shape):
        place = dict(zip(order, (column, row, section), strict=True))
        expected[place[3], place[2], place[1]] = VALUES[section, row, column]
    np.testing.assert_array_equal(values_of(opened), expected)
    box = Box((0, 1, 1), (1, 2, 2))
    np.testing.assert_array_equal(opened.voxels.read(box), expected[box.slices])


@pytest.mark.parametrize(("flags", "expected"), [(1, [-1, 1]), (0, [255, 1])])
def test_bytes_are_signed_or_not_as_imods_flags_tell(flags: int, expected: list[int], tmp_path: Path) -> None:
    path = with_flags(made(tmp_path / "a.mrc", np.array([[[-1, 1]]], np.int8)), flags)

    assert values_of(open_volume(path)).tolist() == [[expected]]


def test_bytes_of_no_program_are_signed_unless_the_maximum_denies_it(tmp_path: Path) -> None:
    values = np.array([[[-1, 1]]], np.int8)

    told = open_volume(made(tmp_path / "a.mrc", values, dmin=0, dmax=255))

    assert values_of(told).tolist() == [[[255, 1]]]
    assert "unsigned" in told.remarks[0]
    assert values_of(open_volume(made(tmp_path / "a.mrc", values))).tolist() == [[[-1, 1]]]


@pytest.mark.parametrize(("flags", "sign"), [(0, -1), (4, 1)])
def test_the_origin_of_old_imod_is_turned_round(flags: int, sign: int, tmp_path: Path) -> None:
    opened = open_volume(with_flags(made(tmp_path / "a.rec", origin=(1, 2, 3)), flags))

    assert opened.origin_a == (3.0 * sign, 2.0 * sign, 1.0 * sign)
    assert len(opened.remarks) == (sign == -1)


def test_big_endian_files_and_extended_headers_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mrc"
    with mrcfile.new(path) as file:
        file.set_data(VALUES.astype(">i2"))
        file.set_extended_header(np.frombuffer(b"FEI1" * 20, "V80"))
        file.set_volume()

    np.testing.assert_array_equal(values_of(open_volume(path)), VALUES)
    assert path.read_bytes()[212] == 0x11


def test_a_file_without_map_id_is_read_with_a_remark(tmp_path: Path) -> None:
    opened = open_volume(made(tmp_path / "a.rec", map=b"\0\0\0\0", machst=[0, 0, 0, 0]))

    np.testing.assert_array_equal(values_of(opened), VALUES)
    assert [remark.partition(": ")[2] for remark in opened.remarks] == [
        "it has no MAP id: it is read as of a time before MRC2014"
    ]


@pytest.mark.parametrize(("packer", "suffix"), [(gzip, ".gz"), (bz2, ".bz2"), (gzip, "")])
def test_packed_files_are_told_by_their_content(packer: Any, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.mrc{suffix}"
    path.write_bytes(packer.compress(made(tmp_path / "plain.mrc").read_bytes()))

    np.testing.assert_array_equal(values_of(open_volume(path)), VALUES)


def test_bytes_behind_the_voxels_are_remarked_and_missing_ones_refused(tmp_path: Path) -> None:
    whole_file = made(tmp_path / "a.mrc").read_bytes()
    for name, pack in (("a.mrc", bytes), ("a.mrc.gz", gzip.compress)):
        path = tmp_path / name
        path.write_bytes(pack(whole_file + b"more"))
        assert "behind its voxels" in open_volume(path).remarks[0]
        path.write_bytes(pack(whole_file[:-1]))
        with pytest.raises(InvalidInput, match="its header tells 1,072: it is truncated"):
            open_volume(path)


def test_a_packed_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mrc.gz"
    path.write_bytes(gzip.compress(made(tmp_path / "a.mrc").read_bytes())[:-12])

    with pytest.raises(InvalidInput, match="cannot be unpacked"):
        open_volume(path)


def test_a_file_that_becomes_shorter_is_corrupt(tmp_path: Path) -> None:
    path = made(tmp_path / "a.mrc")
    opened = open_volume(path)
    path.write_bytes(path.read_bytes()[:1060])

    with pytest.raises(Corrupt, match="has become shorter"):
        values_of(opened)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"mode": 4}, r"mode 4 \(complex numbers\) is not read"),
        ({"mode": 101}, r"mode 101 \(values of 4 bits\) is not read"),
        ({"mapc": 2}, r"mapc, mapr, maps = \(2, 2, 3\), they must be 1, 2 and 3"),
        ({"ispg": 401, "mz": 1}, "it is a stack of 2 volumes"),
        ({"nx": -4}, "its header is damaged"),
        ({"mode": 7}, "its header is damaged"),
    ],
)
def test_what_is_wrong_with_a_header_is_told(fields: dict[str, Any], rule: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=rule):
        open_volume(made(tmp_path / "a.mrc", **fields))


def test_all_that_is_wrong_with_a_header_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as told:
        open_volume(made(tmp_path / "a.mrc", mode=3, mapr=1, ispg=401, mz=1))

    assert len(str(told.value).splitlines()) == 3


def test_a_micrograph_has_no_depth_and_so_no_voxel_size(tmp_path: Path) -> None:
    opened = open_volume(made(tmp_path / "a.mrc", VALUES[:1], cella=(4, 3, 0)))

    assert (opened.voxels.shape, opened.voxel_size_a) == ((1, 3, 4), None)
    assert "no size" in opened.remarks[0]


@pytest.mark.parametrize("dtype", ["?", "u1", "i1", "i2", "u2", "f4", "f2", "i4", "u8"])
def test_what_is_written_is_valid_to_mrcfile(dtype: str, tmp_path: Path) -> None:
    values = (np.random.default_rng(0).random((20, 5, 7)) * 9).astype(dtype)  # mrcfile adds squares up in 16 bits

    write_volume(tmp_path / "a.mrc", Opened(InMemory(values), (10, 20, 30), (-1, -2, -3)))

    assert mrcfile.validate(tmp_path / "a.mrc")
    with mrcfile.open(tmp_path / "a.mrc") as file:
        np.testing.assert_array_equal(file.data, values)
        assert file.voxel_size.tolist() == (30, 20, 10)
        header = [float(file.header[field]) for field in ("dmin", "dmax", "dmean", "rms")]
    exact = values.astype(np.float64)
    np.testing.assert_allclose(header, [exact.min(), exact.max(), exact.mean(), exact.std()], rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "dtype"), [([0, 65535], "u2"), ([-32768, 32767], "i2"), ([-1, 0], "i2"), ([0, 32768], "u2")]
)
def test_labels_of_many_bits_are_written_as_those_that_hold_them(values: list[int], dtype: str, tmp_path: Path) -> None:
    told = write_volume(tmp_path / "a.mrc", Opened(InMemory(np.array([[values]], np.int64))))

    assert told == [f"{tmp_path}/a.mrc: mrc has no mode for int64: it is written as {np.dtype(dtype)}"]
    assert values_of(open_volume(tmp_path / "a.mrc")).tolist() == [[values]]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        (
            [0, 65536],
            r"labels above 65,535 have no \.mrc mode, and there is 65,536: write \.h5, \.tif, \.zarr or \.npy",
        ),
        ([-1, 40000], r"whole numbers from -1 to 40,000 have no \.mrc mode"),
    ],
)
def test_labels_that_no_mode_holds_are_refused_with_what_holds_them(
    values: list[int], rule: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=rule):
        write_volume(tmp_path / "a.mrc", Opened(InMemory(np.array([[values]], np.int32))))

    assert list(tmp_path.iterdir()) == []


def test_a_box_of_a_volume_of_two_gigabytes_takes_no_more_than_its_rows(tmp_path: Path) -> None:
    path = made(tmp_path / "a.mrc", np.zeros((1, 1, 1), np.float32), nx=1000, ny=1000, nz=500)
    with path.open("r+b") as file:
        file.truncate(1024 + 4 * 500 * 1000 * 1000)  # a hole: the disk holds next to nothing
    opened = open_volume(path)
    tracemalloc.start()

    opened.voxels.read(Box((400, 500, 500), (464, 564, 564)))

    # 64^3 floats are 1 MiB; then the rows of one section, and what tells whether all are finite.
    assert tracemalloc.get_traced_memory()[1] < 3 * 2**20
    tracemalloc.stop()
