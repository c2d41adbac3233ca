"""The `d` of SVG's paths as points: every command of SVG 1.1, curves in short straight steps.

Points are complex numbers here, x + iy: a turn is then a product.
"""

import cmath
import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

STEPS = 16
"""Straight steps of a curve."""
NUMBER = re.compile(r"[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
FLAG = re.compile(r"[\s,]*([01])")
COMMAND = re.compile(r"[\s,]*([MmLlHhVvCcSsQqTtAaZz])")
COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
"""Numbers that each command takes."""
FLAGS = {3, 4}
"""Which of an arc's numbers are flags: 0 or 1, that may stand without a space."""


def subpaths(text: str) -> list[list[complex]]:
    """Return the points of each subpath.  Raises ValueError saying where `text` is no path."""
    tracer = _Tracer()
    for command, values in _commands(text):
        tracer.follow(command, values)
    return tracer.lines


def rest(text: str, place: int) -> str:
    """Return what a text goes on with, for a line that says what was expected there."""
    return text[place : place + 20].strip(" \t\r\n,")


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its numbers, one at a time where several follow one letter."""
    place = 0
    while place < len(text.rstrip(" \t\r\n,")):
        letter = COMMAND.match(text, place)
        if not letter or (place == 0 and letter[1] not in "Mm"):
            message = f"a command{' M' if place == 0 else ''} was expected at '{rest(text, place)}'"
            raise ValueError(message)
        command, place = letter[1], letter.end()
        while True:
            values, place = _values(text, place, command)
            yield command, values
            command = {"M": "L", "m": "l"}.get(command, command)  # what follows a first point are lines
            if not values or not NUMBER.match(text, place):
                break


def _values(text: str, place: int, command: str) -> tuple[list[float], int]:
    values = []
    for number in range(COUNTS[command.upper()]):
        flag = command in "Aa" and number in FLAGS
        found = (FLAG if flag else NUMBER).match(text, place)
        if not found:
            message = f"a number of {command} was expected at '{rest(text, place)}'"
            raise ValueError(message)
        values.append(float(found[1]))
        place = found.end()
    if not all(map(math.isfinite, values)):
        message = f"a number of {command} is too large"
        raise ValueError(message)
    return values, place


class _Tracer:
    """A pen that follows commands."""

    def __init__(self) -> None:
        self.lines: list[list[complex]] = []
        self._at = self._start = 0j
        self._control = 0j  # of the curve before, mirrored: where a smooth one goes first
        self._closed, self._before = False, ""

    def follow(self, command: str, values: Sequence[float]) -> None:
        """Do one command."""
        kind, origin = command.upper(), self._at if command.islower() else 0j
        points = [] if kind in "HVA" else [complex(*values[n : n + 2]) + origin for n in range(0, len(values), 2)]
        if kind == "M":
            self._start = self._at = points[0]
            self.lines.append([self._at])
        elif kind == "Z":
            self._close()
        else:
            self._go_on()
            self._draw(kind, values, points, origin)
        if kind not in "CSQT":
            self._control = self._at
        self._closed, self._before = kind == "Z", kind

    def _draw(self, kind: str, values: Sequence[float], points: list[complex], origin: complex) -> None:
        if kind == "L":
            self._line(points[0])
        elif kind == "H":
            self._line(complex(values[0] + origin.real, self._at.imag))
        elif kind == "V":
            self._line(complex(self._at.real, values[0] + origin.imag))
        elif kind == "A":
            self._arc(values, complex(values[5], values[6]) + origin)
        else:
            smooth = self._control if self._before in {"S": "CS", "T": "QT"}.get(kind, "") else self._at
            self._curve([*([smooth] if kind in "ST" else []), *points])

    def _line(self, end: complex) -> None:
        self.lines[-1].append(end)
        self._at = end

    def _curve(self, points: Sequence[complex]) -> None:
        """Draw a Bezier curve (de Casteljau).  points: its controls and its end."""
        whole = [self._at, *points]
        for step in range(1, STEPS):
            share, level = step / STEPS, whole
            while len(level) > 1:
                level = [a + (b - a) * share for a, b in pairwise(level)]
            self.lines[-1].append(level[0])
        self._line(points[-1])
        self._control = 2 * points[-1] - points[-2]

    def _arc(self, values: Sequence[float], end: complex) -> None:
        """Draw an arc of an ellipse (SVG 1.1, F.6.5): on a unit circle, which turn and radii make the ellipse."""
        across, down, turn = abs(values[0]), abs(values[1]), cmath.rect(1, math.radians(values[2]))
        start, stop = (_flat(point / turn, across, down) for point in (self._at, end))
        if half := (stop - start) / 2:
            if abs(half) > 1:  # too small to reach: enlarged until it just does
                across, down, start, stop = across * abs(half), down * abs(half), start / abs(half), stop / abs(half)
                half /= abs(half)
            side = 1 if bool(values[3]) != bool(values[4]) else -1
            centre = (start + stop) / 2 + side * 1j * half / abs(half) * math.sqrt(max(0.0, 1 - abs(half) ** 2))
            first = cmath.phase(start - centre)
            sweep = (cmath.phase(stop - centre) - first) % math.tau - (0 if values[4] else math.tau)
            for step in range(1, STEPS):
                point = centre + cmath.rect(1, first + sweep * step / STEPS)
                self.lines[-1].append(complex(point.real * across, point.imag * down) * turn)
        self._line(end)

    def _close(self) -> None:
        if self.lines[-1][-1] != self._start:
            self.lines[-1].append(self._start)
        self._at = self._start

    def _go_on(self) -> None:
        """Begin a subpath where the one before was closed, if no M said where."""
        if self._closed:
            self.lines.append([self._start])


def _flat(point: complex, across: float, down: float) -> complex:
    """Return where a point is if an ellipse is made the unit circle; 0 where it is only a line."""
    return complex(point.real / across, point.imag / down) if across and down else 0j
