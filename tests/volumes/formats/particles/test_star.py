"""RELION's lists, of both layouts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.particles.files import read_particles
from maskline.volumes.formats.particles.particles import Particles
from maskline.volumes.formats.particles.sheet import read_sheet, sheet_of
from maskline.volumes.formats.particles.star import read_star, star_of

OLD = """
data_

loop_
_rlnMicrographName #1
_rlnCoordinateX #2
_rlnCoordinateY #3
_rlnCoordinateZ #4
_rlnOriginX #5
_rlnOriginY #6
_rlnOriginZ #7
_rlnMagnification #8
_rlnDetectorPixelSize #9
_rlnClassNumber #10
_rlnAutopickFigureOfMerit #11
ts_01.mrc  10  20.5  30   1  2 -3   50000 5.0  4  0.25

ts_02.mrc   1   2     3   0  0  0   50000 5.0  5  1
"""
NEW = """# version 30001

data_optics

loop_
_rlnOpticsGroup #1
_rlnOpticsGroupName #2
_rlnImagePixelSize #3
1 opticsGroup1 4.0
2 "the other" 2.0

# version 30001

data_particles

loop_
_rlnTomoName #1
_rlnCoordinateX #2
_rlnCoordinateY #3
_rlnCoordinateZ #4
_rlnOriginXAngst #5
_rlnOriginYAngst #6
_rlnOriginZAngst #7
_rlnOpticsGroup #8
'ts 01' 10 20 30 4 8 -12 1
ts_02   10 20 30 4 8 -12 2
"""


def read(text: str, tmp_path: Path, name: str = "a.star") -> Particles:
    (tmp_path / name).write_text(text)
    return read_particles(tmp_path / name)


def test_shifts_of_relion_3_0_are_pixels(tmp_path: Path) -> None:
    found = read(OLD, tmp_path)

    assert found.centres.tolist() == [[33, 18.5, 9], [3, 2, 1]]
    assert found.tomograms == ["ts_01.mrc", "ts_02.mrc"]
    assert found.voxel_size_a == 1.0  # 5 micrometres on the detector, 50,000 times magnified
    assert (found.classes is not None and found.classes.tolist()) == [4, 5]
    assert (found.scores is not None and found.scores.tolist()) == [0.25, 1]


def test_shifts_of_relion_3_1_are_angstroms_of_each_optics_group(tmp_path: Path) -> None:
    found = read(NEW, tmp_path)

    assert found.centres.tolist() == [[33, 18, 9], [36, 16, 8]]
    assert found.tomograms == ["ts 01", "ts_02"]
    assert found.voxel_size_a is None  # there are two
    assert read(NEW.replace('other" 2.0', 'other" 4.0'), tmp_path).voxel_size_a == 4


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (OLD.replace(" 20.5 ", " high "), ["line 16: rlnCoordinateY = 'high', it must be a number"]),
        (OLD.replace(" 20.5 ", " nan "), ["line 16: rlnCoordinateY = 'nan', it must be a number"]),
        (OLD.replace("5.0  4 ", "5.0  4.5 "), ["line 16: rlnClassNumber = '4.5', it must be a whole number"]),
        (OLD.replace("_rlnCoordinateZ", "_rlnDepth"), ["it has no column rlnCoordinateZ, in pixels of the tomogram"]),
        (NEW.replace("-12 2", "-12 3"), ["line 26: 3 is no rlnOpticsGroup of data_optics"]),
        (NEW.replace("_rlnImagePixelSize", "_rlnVoltage"), 3 * ["is in angstroms, but no pixel size is told"]),
        ("", ["it has no column rlnCoordinateZ, rlnCoordinateY, rlnCoordinateX"]),
        (
            OLD.replace("ts_01.mrc  10", "ts_01.mrc").replace(" 2     3 ", " two three "),
            ["line 16: it has 10 fields, it must have 11", "line 18: rlnCoordinateZ", "line 18: rlnCoordinateY"],
        ),
    ],
)
def test_all_that_is_wrong_is_told(text: str, problems: list[str], tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as told:
        read(text, tmp_path)

    for line, problem in zip(str(told.value).splitlines(), problems, strict=True):
        assert problem in line


numbers = st.floats(-1e9, 1e9)


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            numbers, numbers, numbers, st.integers(0, 2**53), numbers, st.sampled_from(["ts_01", "ts 02", "c'3"])
        ),
        min_size=1,
    ),
    size=st.none() | st.floats(0.1, 100),
)
def test_what_is_written_is_read_back(
    rows: list[tuple[float, float, float, int, float, str]], size: float | None
) -> None:
    centres = np.array([row[:3] for row in rows])
    classes, scores = np.array([row[3] for row in rows]), np.array([row[4] for row in rows])
    particles = Particles(centres, classes, scores, [row[5] for row in rows], size)

    for write, again in ((star_of, read_star), (sheet_of, read_sheet)):
        problems = list[str]()
        found = again("a", write(particles), problems)
        assert problems == []
        assert found is not None
        np.testing.assert_array_equal(found.centres, centres)
        np.testing.assert_array_equal(found.classes, classes)
        np.testing.assert_array_equal(found.scores, scores)
        assert list(found.tomograms) == list(particles.tomograms)
    assert (read_star("a", star_of(particles), []) or particles).voxel_size_a == size
