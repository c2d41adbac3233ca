"""Outlines of characters, against the pictures that Pillow makes of the same fonts."""

import math
from importlib import resources
from io import BytesIO
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from maskline.contract.errors import InvalidInput
from maskline.molecules.labels.fonts import (
    CIRCLED_MINUS,
    CIRCLED_PLUS,
    CONIC,
    DOT,
    FONTS,
    MINUS,
    ON,
    PRINTABLE,
    RING_STROKE,
    START,
    Font,
    Outlines,
)

OUTLINES = Outlines(FONTS)
Floats = npt.NDArray[np.float64]
every_font = pytest.mark.parametrize("font", FONTS)


def signed_area(font: Font, character: str) -> float:
    """Return the area inside of clockwise contours less that inside of the others, square cap heights."""
    first, count, *_ = OUTLINES.glyph(font, character)
    points, tags = OUTLINES.points[first : first + count], OUTLINES.tags[first : first + count]
    starts = [*np.flatnonzero(tags == START), count]
    return math.fsum(turn(flattened(points[a:b], tags[a:b])) for a, b in pairwise(starts))


def turn(corners: Floats) -> float:
    x, y = corners.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def flattened(points: Floats, tags: npt.NDArray[np.uint8]) -> Floats:
    """Return a contour's corners, curves cut into chords."""
    points, following = np.vstack([points, points[:1]]), [*tags[1:], ON]
    t = np.linspace(0, 1, 33)[1:, None]
    corners, at = [points[:1]], 0
    while at < len(points) - 1:
        order = 1 if following[at] == ON else 2 if following[at] == CONIC else 3
        terms = [math.comb(order, k) * t**k * (1 - t) ** (order - k) * points[at + k] for k in range(order + 1)]
        corners.append(np.sum(terms, axis=0))
        at += order
        assert following[at - 1] == ON, "a curve ends on the outline"
    return np.vstack(corners)


@every_font
def test_characters_have_the_ink_that_another_program_draws(font: Font) -> None:
    package, file = FONTS[font]
    data = resources.files(package).joinpath(file).read_bytes()
    drawn = ImageFont.truetype(BytesIO(data), 1000, layout_engine=ImageFont.Layout.BASIC)
    cap = -drawn.getbbox("H", anchor="ls")[1]
    for character in "HOBQaeg80%&+(" + MINUS:
        sheet = Image.new("L", (1400, 1700))
        ImageDraw.Draw(sheet).text((200, 1200), character, 255, drawn, anchor="ls")
        box = (np.array(sheet.getbbox()) - (200, 1200, 200, 1200)) / cap
        assert signed_area(font, character) == pytest.approx(np.asarray(sheet).sum() / 255 / cap**2, rel=0.005)
        assert OUTLINES.glyph(font, character).box == pytest.approx(tuple(box), abs=0.005)
        assert OUTLINES.glyph(font, character).advance == pytest.approx(drawn.getlength(character) / cap, abs=0.005)


@every_font
def test_a_capital_h_is_one_high_and_stands_on_the_baseline(font: Font) -> None:
    _, top, _, bottom = OUTLINES.glyph(font, "H").box
    assert top == -1
    assert bottom == pytest.approx(0, abs=0.01)


@every_font
def test_every_contour_of_every_character_begins_once_and_alternates_curves_with_points(font: Font) -> None:
    for character in PRINTABLE.replace(" ", ""):
        assert OUTLINES.tags[OUTLINES.glyph(font, character).first] == START
        assert signed_area(font, character) > 0, character


@every_font
def test_drawn_signs_are_a_disc_and_rings_with_bars(font: Font) -> None:
    ring = math.pi * (0.5**2 - (0.5 - RING_STROKE) ** 2)
    bar = 0.6 * RING_STROKE
    assert signed_area(font, DOT) == pytest.approx(math.pi / 4, rel=0.001)
    assert signed_area(font, CIRCLED_MINUS) == pytest.approx(ring + bar, rel=0.001)
    assert signed_area(font, CIRCLED_PLUS) == pytest.approx(ring + 2 * bar, rel=0.001)


def test_a_character_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInput, match="font 'comic-neue' has no character '≈'"):
        OUTLINES.glyph("comic-neue", "≈")


def test_a_font_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInput, match="font 'papyrus' is not known"):
        Outlines(["papyrus"])  # type: ignore[list-item]


def test_only_the_fonts_asked_for_are_there() -> None:
    with pytest.raises(InvalidInput, match="font 'serif'"):
        Outlines(["sans"]).glyph("serif", "H")
