"""Composing a label: which characters say an atom, and where they stand about it.

Lengths are cap heights, x to the right, y down, from the atom's position: the middle of the letter its bonds lead to.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from maskline.molecules.labels.fonts import CIRCLED_MINUS, CIRCLED_PLUS, DOT, MINUS, Font, Outlines

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Side = Literal["right", "left", "above", "below"]
ChargeForm = Literal["number", "repeated", "circled"]
"""2+, ++, or 2 and a plus in a circle."""
ResidueForm = Literal["superscript", "subscript", "level"]

SIGNS: dict[ChargeForm, tuple[str, str]] = {
    "number": (MINUS, "+"),
    "repeated": (MINUS, "+"),
    "circled": (CIRCLED_MINUS, CIRCLED_PLUS),
}
HYDROGENS_FIRST = frozenset(("O", "S", "Se", "Te", "F", "Cl", "Br", "I"))
"""Elements that stand behind their hydrogens in a molecule without bonds: H2O, HCl."""
STAR = "*"
"""Any atom, or where a group is attached; fonts have it raised, labels in the middle."""
RESIDUE = re.compile(r"(R|X|Z|Q|Ar)(\d+)")
"""A placeholder with its number."""
FREE = 0.5
"""Hydrogens go to a side where no bond leads nearer than 60 degrees (this is its cosine)."""
ASIDE = 0.1
"""Bonds lead to the right or left if their directions, added, do so by this much; else they lead up or down."""
SAME = 0.001
"""Cosines that differ by less are the same."""
LINE_GAP = 0.2
"""Between a letter and the hydrogens above or below it."""
DOT_SIZE = 0.3
"""Across a radical's dot."""
SUBSCRIPT_DROP = 0.25
"""From the baseline down to that of subscripts."""
SUPERSCRIPT_RISE = 0.5
"""From the baseline up to that of superscripts."""


class LabelSpec(NamedTuple):
    """What a label says."""

    element: str
    """A symbol, a placeholder (R, R1, *), or the text of an abbreviation, whose digits are subscripts: CO2Et."""
    mirrored: str = ""
    """What an abbreviation says if its bond comes from the right: EtO2C, or Ph again.  Nothing for elements."""
    hydrogens: int = 0
    charge: int = 0
    isotope: int = 0
    number: int = 0
    """Of the atom in an atom map; 0 has none."""
    radicals: int = 0

    @property
    def text(self) -> str:
        """The label as plain text, whichever way it is turned: 13CH3, NH3+, OMe, O•-, C:7."""
        hydrogens = "" if not self.hydrogens else "H" if self.hydrogens == 1 else f"H{self.hydrogens}"
        charge = "" if not self.charge else "+" if self.charge > 0 else "-"
        times = str(abs(self.charge)) if abs(self.charge) > 1 else ""
        number = f":{self.number}" if self.number else ""
        return f"{self.isotope or ''}{self.element}{hydrogens}{'•' * self.radicals}{times}{charge}{number}"


class LabelStyle(NamedTuple):
    """How labels are composed.  They are kept by style: sample lengths from a few steps."""

    font: Font
    script_scale: float = 0.7
    """Size of subscripts and superscripts over that of letters."""
    charge: ChargeForm = "number"
    residue: ResidueForm = "superscript"
    """Where the number of a placeholder stands."""


class Composed(NamedTuple):
    """A label whose characters have their places, relative to the atom."""

    glyphs: tuple[tuple[int, int, float, float, float], ...]
    """First point and number of points in the table of outlines, x and y of the origin on the baseline, size (1: a
    capital is one cap height tall)."""
    boxes: tuple[Box, ...]
    """Around the ink of each glyph."""
    box: Box
    """Around them all."""
    text: str
    """LabelSpec.text."""


class _Mark(NamedTuple):
    """A character, its size and how far its baseline lies below that of the line."""

    character: str
    size: float
    drop: float


class _Placed(NamedTuple):
    character: str
    size: float
    x: float
    y: float


def compose(
    spec: LabelSpec, towards: tuple[tuple[float, float], ...], style: LabelStyle, outlines: Outlines
) -> Composed:
    """Place the characters of a label.

    towards: unit vectors to the atom's neighbours, x to the right, y down; they say where hydrogens find room.
    Raises InvalidInput if the font was not opened or lacks a character.
    """
    return _composed(spec, turned(spec, towards), style, outlines)


def turned(spec: LabelSpec, towards: tuple[tuple[float, float], ...]) -> Side:
    """Say on which side of its letter a label has its hydrogens; right: it reads forwards."""
    if not spec.hydrogens and not spec.mirrored:
        return "right"
    if not towards:
        return "left" if spec.element in HYDROGENS_FIRST else "right"
    xs, ys = zip(*towards, strict=True)
    side: Side = "left" if sum(xs) > ASIDE else "right"
    if spec.hydrogens and len(towards) > 1 and (max(xs) if side == "right" else -min(xs)) > FREE:
        return _freest(side, xs, ys)
    return side


def _freest(preferred: Side, xs: tuple[float, ...], ys: tuple[float, ...]) -> Side:
    """Return the side that the bonds, whose directions these are, leave the most room; of equals the first tried."""
    right, left = max(xs), -min(xs)
    nearness: tuple[tuple[Side, float], ...] = (
        (preferred, left if preferred == "left" else right),
        ("below", max(ys)),
        ("above", -min(ys)),
        ("right", right) if preferred == "left" else ("left", left),
    )
    best, nearest = nearness[0]
    for side, near in nearness[1:]:
        if near < nearest - SAME:
            best, nearest = side, near
    return best


@lru_cache(maxsize=8192)
def _composed(spec: LabelSpec, side: Side, style: LabelStyle, outlines: Outlines) -> Composed:
    isotope = _script(str(spec.isotope or ""), style, -SUPERSCRIPT_RISE)
    hydrogens = _hydrogens(spec.hydrogens, style)
    name = list(_spelled(spec.mirrored if spec.mirrored and side == "left" else spec.element, style))
    behind = [*_superscripts(spec, style), *_script(f":{spec.number}" if spec.number else "", style, 0)]

    before = [*(hydrogens if side == "left" else ()), *isotope]
    after = [*(hydrogens if side == "right" else ()), *behind]
    anchor = len(before) + (_last_letter(name) if spec.mirrored and side == "left" else 0)
    placed = _line([*before, *name, *after], anchor, 0.5, style, outlines)
    if hydrogens and side in {"above", "below"}:
        lowest = SUBSCRIPT_DROP if len(hydrogens) > 1 else 0.0
        y = 1.5 + LINE_GAP if side == "below" else -0.5 - LINE_GAP - lowest
        placed += _line(hydrogens, 0, y, style, outlines)
    return _boxed(placed, spec, style, outlines)


def _spelled(text: str, style: LabelStyle) -> Iterator[_Mark]:
    """Give every character of a name its script: digits behind a letter or a bracket count what stands before them."""
    drops = {"superscript": -SUPERSCRIPT_RISE, "subscript": SUBSCRIPT_DROP, "level": 0.0}
    drop = drops[style.residue] if RESIDUE.fullmatch(text) else SUBSCRIPT_DROP
    small = style.script_scale if drop else 1.0
    counting = False
    for character in text:
        digit = character.isdigit()
        counting = digit and counting
        yield _Mark(character, small, drop) if counting else _Mark(character, 1.0, 0.0)
        counting = counting or character.isalpha() or character in ")]"


def _last_letter(name: list[_Mark]) -> int:
    return max((i for i, mark in enumerate(name) if mark.character.isalpha()), default=0)


def _script(text: str, style: LabelStyle, drop: float) -> list[_Mark]:
    return [_Mark(character, style.script_scale, drop) for character in text]


def _hydrogens(count: int, style: LabelStyle) -> list[_Mark]:
    digits = str(count) if count > 1 else ""
    return [_Mark("H", 1.0, 0.0), *_script(digits, style, SUBSCRIPT_DROP)] if count else []


def _superscripts(spec: LabelSpec, style: LabelStyle) -> list[_Mark]:
    """Spell what follows an atom raised: a radical's dots, then the charge."""
    middle = DOT_SIZE / 2 - style.script_scale / 2 - SUPERSCRIPT_RISE
    dots = [_Mark(DOT, DOT_SIZE, middle)] * spec.radicals
    if not spec.charge:
        return dots
    times = abs(spec.charge)
    sign = SIGNS[style.charge][spec.charge > 0]
    charge = sign * times if style.charge == "repeated" else f"{times if times > 1 else ''}{sign}"
    return [*dots, *_script(charge, style, -SUPERSCRIPT_RISE)]


def _line(marks: list[_Mark], anchor: int, baseline: float, style: LabelStyle, outlines: Outlines) -> list[_Placed]:
    """Set characters side by side so that the middle of the anchor's ink comes to x = 0."""
    pen, shift = 0.0, 0.0
    line = []
    for i, (character, size, drop) in enumerate(marks):
        glyph = outlines.glyph(style.font, character)
        if i == anchor:
            shift = pen + size * (glyph.box[0] + glyph.box[2]) / 2
        lift = 0.5 + size * (glyph.box[1] + glyph.box[3]) / 2 if character == STAR else 0.0
        line.append((character, size, pen, baseline + drop - lift))
        pen += size * glyph.advance
    return [_Placed(character, size, x - shift, y) for character, size, x, y in line]


def _boxed(placed: list[_Placed], spec: LabelSpec, style: LabelStyle, outlines: Outlines) -> Composed:
    glyphs, boxes = [], []
    for character, size, x, y in placed:
        first, count, _, (left, top, right, bottom) = outlines.glyph(style.font, character)
        if count:
            glyphs.append((first, count, x, y, size))
            boxes.append((x + size * left, y + size * top, x + size * right, y + size * bottom))
    lefts, tops, rights, bottoms = zip(*boxes, strict=True) if boxes else ((0.0,),) * 4
    return Composed(tuple(glyphs), tuple(boxes), (min(lefts), min(tops), max(rights), max(bottoms)), spec.text)
