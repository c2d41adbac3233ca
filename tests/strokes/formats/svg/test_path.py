"""The `d` of a path: every command, absolute and relative, repeated and run together as SVG allows."""

import cmath
import math
import re
from itertools import pairwise

import pytest

from maskline.strokes.formats.svg.path import STEPS, subpaths


def close(one: complex, other: complex) -> bool:
    return abs(one - other) < 1e-9


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("M1,2L3,4", [[1 + 2j, 3 + 4j]]),
        ("m 1 2 3 4 -1-1", [[1 + 2j, 4 + 6j, 3 + 5j]]),
        ("M1 2 3 4l.5.5", [[1 + 2j, 3 + 4j, 3.5 + 4.5j]]),
        ("M0 0H5v-2h-1V1e1", [[0, 5, 5 - 2j, 4 - 2j, 4 + 10j]]),
        ("M0,0 L1,0 M5,5", [[0, 1], [5 + 5j]]),
        ("M0,0 L1,1 M1,1 L2,2", [[0, 1 + 1j], [1 + 1j, 2 + 2j]]),
        ("M0,0 h1 v1 z", [[0, 1, 1 + 1j, 0]]),
        ("M0,0 h1 v1 L0,0 z", [[0, 1, 1 + 1j, 0]]),
        ("M1,1 h1 z l1,1 m1,0 h1", [[1 + 1j, 2 + 1j, 1 + 1j], [1 + 1j, 2 + 2j], [3 + 2j, 4 + 2j]]),
        ("M0,0 A0,5 0 0 1 4,4 A2,2 0 0 1 4,4", [[0, 4 + 4j, 4 + 4j]]),
        ("M3,4e23 a1,2 30 0 1 4,4", [[3 + 4e23j, 7 + 4e23j]]),
        ("", []),
    ],
)
def test_straight_commands_go_where_they_say(text: str, lines: list[list[complex]]) -> None:
    assert subpaths(text) == lines


@pytest.mark.parametrize(
    ("text", "middle"),
    [
        ("M0,0 C0,4 4,4 4,0", 2 + 3j),
        ("M1,1 c0,4 4,4 4,0", 3 + 4j),
        ("M0,0 Q2,4 4,0", 2 + 2j),
        ("M1,1 q2,4 4,0", 3 + 3j),
        ("M0,0 A2,2 0 0 1 4,0", 2 - 2j),
        ("M0,0 a2 2 0 0 0 4,0", 2 + 2j),
        ("M0,0 a1 1 0 004,0", 2 + 2j),  # too small: made as large as it must be
        ("M0,0 a4,2 0 0 1 8,0", 4 - 2j),
        ("M0,0 a2,4 90 0 1 8,0", 4 - 2j),
    ],
)
def test_a_curve_is_in_its_middle_where_it_should_be(text: str, middle: complex) -> None:
    (line,) = subpaths(text)

    assert len(line) == STEPS + 1
    assert close(line[STEPS // 2], middle)


@pytest.mark.parametrize(
    ("large", "sweep", "centre"), [(False, True, 1j), (True, False, 1j), (True, True, 1 + 0j), (False, False, 1 + 0j)]
)
def test_flags_choose_one_of_four_arcs(large: bool, sweep: bool, centre: complex) -> None:  # noqa: FBT001
    """From (0, 0) to (1, 1) with radius 1 there are two circles, around (1, 0) and (0, 1), and two ways on each."""
    (line,) = subpaths(f"M0,0 A1,1 0 {large:d} {sweep:d} 1,1")

    assert all(math.isclose(abs(point - centre), 1) for point in line)
    steps = [cmath.phase((b - centre) / (a - centre)) for a, b in pairwise(line)]
    assert all((step > 0) == sweep for step in steps)
    assert math.isclose(abs(sum(steps)), (3 if large else 1) * math.pi / 2)


@pytest.mark.parametrize(("short", "long"), [("S4,4 4,0", "C0,-4 4,4 4,0"), ("T4,0", "Q0,0 4,0")])
def test_a_smooth_curve_without_a_curve_before_it_begins_at_its_own_point(short: str, long: str) -> None:
    start = "M0,0 C0,4 0,4 0,0 " if "C" in long else "M0,0 L0,0 "

    assert all(map(close, subpaths(start + short)[0], subpaths(start + long)[0]))


def test_a_smooth_curve_goes_on_as_the_one_before_ended() -> None:
    assert all(map(close, subpaths("M0,0 Q2,4 4,0 T8,0")[0], subpaths("M0,0 Q2,4 4,0 Q6,-4 8,0")[0]))
    assert all(map(close, subpaths("M0,0 c1,1 2,1 3,0 s1,1 2,2")[0], subpaths("M0,0 c1,1 2,1 3,0 c1,-1 1,1 2,2")[0]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("L1,1", "a command M was expected at 'L1,1'"),
        ("M1", "a number of M was expected at ''"),
        ("M1,1 L2,x", "a number of L was expected at 'x'"),
        ("M1,1 5 X", "a number of L was expected at 'X'"),
        ("M1,1 h1 Y", "a command was expected at 'Y'"),
        ("M0,0 a1,1 0 2 0 1,1", "a number of a was expected at '2 0 1,1'"),
        ("M1e999,1", "a number of M is too large"),
        ("M1,nan", "a number of M was expected at 'nan'"),
    ],
)
def test_what_is_no_path_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        subpaths(text)
