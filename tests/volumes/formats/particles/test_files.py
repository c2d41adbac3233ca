"""Lists of particles of other tools."""

from pathlib import Path

import numpy as np
import pytest

from maskline.contract.errors import InvalidInput, NotFound
from maskline.volumes.formats.particles.files import read_particles, write_particles
from maskline.volumes.formats.particles.particles import Particles

CENTRES = np.array([[3.0, 2.0, 1.0], [6.5, 5.0, 4.0]])


def motive(count: int = 2, order: str = "<") -> bytes:
    """Return a motive list of particles at 1, 2, 3 + 0.25, 0, 0 and so on."""
    rows = np.zeros((count, 20), np.dtype("f4").newbyteorder(order))  # type: ignore[arg-type]
    rows[:, 0], rows[:, 4], rows[:, 19] = 0.5, 7, np.arange(count)
    rows[:, 7:10], rows[:, 10:13] = [1, 2, 3], [0.25, 0, 0]
    machine = {"<": 6, ">": 5}[order]
    sizes = np.array([20, count, 1], np.dtype("i4").newbyteorder(order))  # type: ignore[arg-type]
    return bytes([machine, 0, 0, 5]) + sizes.tobytes() + bytes(496) + rows.tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
def test_motive_lists_hold_position_and_shift(order: str, tmp_path: Path) -> None:
    (tmp_path / "a.em").write_bytes(motive(2, order))

    found = read_particles(tmp_path / "a.em")

    assert found.centres.tolist() == [[3, 2, 1.25], [3, 2, 1.25]]
    assert (found.classes is not None and found.classes.tolist()) == [0, 1]
    assert (found.scores is not None and found.scores.tolist()) == [0.5, 0.5]
    assert found.tomograms == ["7", "7"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "no .em file"),
        (motive()[:-1], "it is truncated"),
        (motive().replace(b"\x14\0\0\0\x02", b"\x15\0\0\0\x02"), "it has the size 21 x 2 x 1"),
        (motive(1)[:-4] + b"\0\0\xc0\x7f", "particle 1, row 20 is nan"),
        (motive(1)[:-4] + b"\0\0\0\x3f", "particle 1 is of class 0.5"),
    ],
)
def test_what_is_no_motive_list_is_refused(data: bytes, rule: str, tmp_path: Path) -> None:
    (tmp_path / "a.em").write_bytes(data)

    with pytest.raises(InvalidInput, match=rule):
        read_particles(tmp_path / "a.em")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "x,y,z\n1,2,3\n4,5,6.5\n"),
        ("a.csv", "\ufeffZ;X;Y\n3;1;2\n6.5;4;5\n"),
        ("a.csv", "label,area,centroid-0,centroid-1,centroid-2\n1,9,3,2,1\n2,9,6.5,5,4\n"),
        ("a.coords", "# from somewhere\n1 2 3\n\n4 5 6.5\n"),
        ("a.txt", "1, 2, 3\n4, 5, 6.5"),
        ("a.pts", "1 1 2 3\n1 4 5 6.5\n"),
        (
            "a.tbl",
            "\n".join(
                " ".join(["0"] * 3 + ["0.5", "0", "0"] + ["0"] * 17 + at)
                for at in (["0.5", "2", "3"], ["3.5", "5", "6.5"])
            ),
        ),
    ],
)
def test_columns_are_known_by_their_names_or_their_number(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    np.testing.assert_array_equal(read_particles(tmp_path / name).centres, CENTRES)


def test_an_object_of_imods_is_a_class(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1 1 1 2 3\n2 1 4 5 6.5\n")

    found = read_particles(tmp_path / "a.txt")

    assert (found.classes is not None and found.classes.tolist()) == [1, 2]


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("a.csv", "", "it is empty"),
        ("a.csv", "x,y,depth\n1,2,3\n", "three must be called z, y, x"),
        ("a.csv", "x,y,z\n1,2\n", r"line 2: it has 2 fields, it must have 3"),
        ("a.coords", "# nothing\n1 2 3\n\n1 two 3\n", "line 4: y = 'two', it must be a number"),
        ("a.coords", "1 2\n", "its first line has 2 fields"),
        ("a.tbl", "1 2 3\n", "line 1: it has 3 columns"),
        ("a.pdf", "", "a list of particles is read from .star"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(name: str, text: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(InvalidInput, match=rule):
        read_particles(tmp_path / name)


@pytest.mark.parametrize("suffix", [".star", ".csv"])
def test_lists_are_written_whole(suffix: str, tmp_path: Path) -> None:
    write_particles(tmp_path / f"new/a{suffix}", Particles(CENTRES))

    assert read_particles(tmp_path / f"new/a{suffix}").centres.tolist() == CENTRES.tolist()
    assert len(list((tmp_path / "new").iterdir())) == 1
    with pytest.raises(InvalidInput, match=r"written to \.star, \.csv"):
        write_particles(tmp_path / "a.em", Particles(CENTRES))
    with pytest.raises(NotFound):
        read_particles(tmp_path / "none.star")
