"""Outlines of the characters that labels are made of, in one table that the drawing core reads.

Lengths are cap heights: a capital H stands on y = 0 and reaches up to y = -1; x runs to the right, y down.

P: points of the table
"""

import math
from collections.abc import Iterable
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from maskline.contract.errors import InvalidInput

if TYPE_CHECKING:  # whoever only reads options has no use for it
    import freetype

Font = Literal["sans", "grotesque", "narrow", "serif", "roboto", "telex", "free-sans", "comic-neue"]
FONTS: dict[Font, tuple[str, str]] = {
    "sans": ("maskline.molecules.labels", "files/sans.ttf"),
    "grotesque": ("maskline.molecules.labels", "files/grotesque.otf"),
    "narrow": ("maskline.molecules.labels", "files/narrow.otf"),
    "serif": ("maskline.molecules.labels", "files/serif.ttf"),
    "roboto": ("maskline.molecules.labels", "files/roboto.ttf"),
    "telex": ("rdkit", "Data/Fonts/Telex-Regular.ttf"),
    "free-sans": ("rdkit", "Chem/Draw/FreeSans.ttf"),
    "comic-neue": ("rdkit", "Data/Fonts/ComicNeue-Regular.ttf"),
}
"""Package and file of every font.  sans looks like Arial, grotesque like Helvetica, narrow like Helvetica Condensed,
serif like Times New Roman."""

CONIC, ON, CUBIC, START = range(4)
"""Kinds of points, as in ink/ink.h: START is ON where a contour begins."""
MINUS, CIRCLED_PLUS, CIRCLED_MINUS, DOT = "\N{MINUS SIGN}⊕⊖●"
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
PRIMES = "\N{RIGHT SINGLE QUOTATION MARK}\N{PRIME}\N{DOUBLE PRIME}"
FURTHER = f"{MINUS}{PRIMES}\N{MULTIPLICATION SIGN}\N{EN DASH}°±·αβγδ•≈"
"""Characters that are there in the fonts that have them."""
RING_STROKE = 0.1
"""Width of the strokes of a circled sign, cap heights."""
ARM = 0.3
"""Of a circled sign, from its middle to an end of its bar, cap heights."""
QUARTER = 4 / 3 * (math.sqrt(2) - 1)
"""Length of the handles of a Bézier curve that is a quarter of a circle of radius 1."""

Point = tuple[float, float]
Contour = list[tuple[float, float, int]]
"""x, y and kind of every point."""


class Glyph(NamedTuple):
    """One character of one font."""

    first: int
    """Its first point in the table."""
    count: int  # type: ignore[assignment]  # a tuple's method, that nobody asks of a glyph
    advance: float
    """From its origin to that of the next character, cap heights."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom of its ink, cap heights; all 0 where it has none."""


class Outlines:
    """The characters of some fonts: every font has PRINTABLE, MINUS, CIRCLED_PLUS, CIRCLED_MINUS and DOT."""

    points: npt.NDArray[np.float64]
    """(P, 2), cap heights.  A contour ends where the next START is and closes by itself: its last curve may end there.
    Contours around ink turn clockwise as seen, contours around holes the other way: fill them by the non-zero rule."""
    tags: npt.NDArray[np.uint8]
    """(P,) CONIC: one between two ON points; CUBIC: two between two ON points."""

    def __init__(self, names: Iterable[Font]) -> None:
        """Read fonts.  Raises InvalidInput where a name is no font's."""
        self._glyphs: dict[tuple[str, str], Glyph] = {}
        table: Contour = []
        for name in dict.fromkeys(names):
            if name not in FONTS:
                raise InvalidInput(f"font '{name}' is not known (there are: {', '.join(FONTS)})")
            self._read(name, table)
        self.points = np.array([point[:2] for point in table], np.float64).reshape(-1, 2)
        self.tags = np.array([point[2] for point in table], np.uint8)

    def glyph(self, font: str, character: str) -> Glyph:
        """Return a character of a font that was named at the beginning.  Raises InvalidInput if it is not there."""
        found = self._glyphs.get((font, character))
        if found is None:
            raise InvalidInput(f"font '{font}' has no character '{character}'")
        return found

    def _read(self, name: Font, table: Contour) -> None:
        import freetype

        package, file = FONTS[name]
        face = freetype.Face.from_bytes(resources.files(package).joinpath(file).read_bytes())
        face.load_char("H", freetype.FT_LOAD_NO_SCALE)
        cap = face.glyph.outline.get_bbox().yMax
        for character in PRINTABLE + FURTHER:
            if not face.get_char_index(character):
                continue
            face.load_char(character, freetype.FT_LOAD_NO_SCALE)
            box = face.glyph.outline.get_bbox()
            edges = (box.xMin / cap, -box.yMax / cap, box.xMax / cap, -box.yMin / cap)
            contours = _contours(face.glyph.outline, cap)
            self._add(table, (name, character), contours, face.glyph.metrics.horiAdvance / cap, edges)
        for character, contours in DRAWN.items():
            self._add(table, (name, character), contours, 1.1, (0.05, -1, 1.05, 0))

    def _add(
        self,
        table: Contour,
        key: tuple[str, str],
        contours: list[Contour],
        advance: float,
        box: tuple[float, float, float, float],
    ) -> None:
        first = len(table)
        for contour in contours:
            table += contour
        self._glyphs[key] = Glyph(first, len(table) - first, advance, box)


def _contours(outline: "freetype.Outline", cap: float) -> list[Contour]:
    """Read the contours of a character, all its points said, and turned so that ink lies inside of clockwise ones."""
    points = [(x / cap, -y / cap) for x, y in outline.points]
    kinds = [tag & 3 for tag in outline.tags]
    starts = [0, *(end + 1 for end in outline.contours)]
    contours = [
        _whole([(*point, kind) for point, kind in zip(points[a:b], kinds[a:b], strict=True)])
        for a, b in pairwise(starts)
    ]
    # TrueType and PostScript turn opposite ways; the outer contours outweigh the holes in them.
    turn = sum(_twice_area(contour) for contour in contours)
    return contours if turn >= 0 else [_turned(contour) for contour in contours]


def _whole(contour: Contour) -> Contour:
    """Begin at a point of the curve, and add the points of it that TrueType leaves out: halfway between two handles."""
    at = next((i for i, point in enumerate(contour) if point[2] == ON), None)
    contour = [_halfway(contour[-1], contour[0]), *contour] if at is None else contour[at:] + contour[:at]
    whole = [(*contour[0][:2], START)]
    for before, point in pairwise(contour):
        if before[2] == point[2] == CONIC:
            whole.append(_halfway(before, point))
        whole.append(point)
    return whole


def _halfway(a: tuple[float, float, int], b: tuple[float, float, int]) -> tuple[float, float, int]:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, ON


def _twice_area(contour: Contour) -> float:
    """Return twice the area inside of a contour's handles and points, above 0 where it turns clockwise as seen."""
    pairs = zip(contour, contour[1:] + contour[:1], strict=True)
    return math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)


def _turned(contour: Contour) -> Contour:
    return [contour[0], *contour[:0:-1]]


def _circle(radius: float) -> Contour:
    """Draw a circle that turns clockwise, in the middle of a square of a cap height."""
    corners = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]
    circle: Contour = []
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        circle += [
            (ax, ay, ON),
            (ax + QUARTER * bx, ay + QUARTER * by, CUBIC),
            (bx + QUARTER * ax, by + QUARTER * ay, CUBIC),
        ]
    placed = [(0.55 + radius * x, radius * y - 0.5, kind) for x, y, kind in circle]
    return [(*placed[0][:2], START), *placed[1:]]


def _bar(across: float, down: float) -> Contour:
    left, right, top, bottom = 0.55 - across, 0.55 + across, -0.5 - down, -0.5 + down
    return [(left, top, START), (right, top, ON), (right, bottom, ON), (left, bottom, ON)]


RING = [_circle(0.5), _turned(_circle(0.5 - RING_STROKE))]
DRAWN = {
    CIRCLED_PLUS: [*RING, _bar(ARM, RING_STROKE / 2), _bar(RING_STROKE / 2, ARM)],
    CIRCLED_MINUS: [*RING, _bar(ARM, RING_STROKE / 2)],
    DOT: [_circle(0.5)],
}
"""Signs that few fonts have, drawn alike for all."""
