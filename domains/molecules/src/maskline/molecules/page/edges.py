"""What lies at the picture's edge and runs past it: a table's rules, neighbouring structures, text."""

import numpy as np

from maskline.molecules.numbers.ranges import number, whole
from maskline.molecules.page.blocks import Block
from maskline.molecules.page.boxes import LEFT, RIGHT, TOP, depth, extended
from maskline.molecules.page.grammar import expand, running
from maskline.molecules.page.marks import Box, Neighbour, Point, Stroke
from maskline.molecules.page.sheet import Sheet

TRIES = 4
LONGEST_LINE = 90
"""Characters of a running text."""
CHARACTER = 0.75
"""Mean advance of a letter over the cap height, about that of Times and Helvetica."""


def rule(sheet: Sheet) -> None:
    """Draw one to four lines of a table or frame, single or double, and often a text in the cell next to it."""
    sides = [side for side in range(4) if sheet.rng.random() < 0.55] or [whole((0, 3), sheet.rng)]
    gap, past = sheet.gap() + sheet.width / 2, 0.0
    if len(sides) < 4 or sheet.rng.random() < 0.5:
        past = max(depth(sheet.whole, LEFT), depth(sheet.whole, TOP))
    apart = sheet.rng.uniform(3, 5) * sheet.width
    for distance in [gap, apart] if sheet.rng.random() < 0.2 else [gap]:
        for side in sides:
            sheet.whole = extended(sheet.whole, side, distance)
        for side in sides:
            start, end = _side(sheet.whole, side, past)
            sheet.marks.append(Stroke((start, end), sheet.width))
            sheet.overhanging.add_segments(np.array([[start, end]]), np.array([sheet.width / 2]))
    for side in sides:
        sheet.whole = extended(sheet.whole, side, sheet.width / 2)
    if sheet.rng.random() < 0.6:
        side = sides[whole((0, len(sides) - 1), sheet.rng)]
        block = sheet.typesetter.line(expand("heading" if side == TOP else "cell", sheet.rng))
        _cut_somewhere(sheet, block, side)


def add_neighbour(sheet: Sheet) -> None:
    """Put another structure beside everything, mostly past the picture's edge."""
    width, height = sheet.drawn.neighbour_size
    if width and height:
        _cut_somewhere(sheet, Block((Neighbour((0, 0)),), (0, 0, width, height)), whole((0, 3), sheet.rng))


def stray(sheet: Sheet) -> None:
    """Put text that has nothing to do with the molecule at a side."""
    side = whole((0, 3), sheet.rng)
    beside = side in {LEFT, RIGHT}
    kind = sheet.one_of(
        ("line_ends", "line_number", "fragment") if beside else ("lines", "lines", "header", "fragment")
    )
    if kind == "lines":
        block = _lines(sheet)
    elif kind == "line_ends":
        block = _line_ends(sheet, align=float(side == LEFT))
    else:
        block = sheet.typesetter.line(expand(kind, sheet.rng))
    _cut_somewhere(sheet, block, side)


def _cut_somewhere(sheet: Sheet, block: Block, side: int) -> None:
    """Put a block at a side, first up to half past its ends, then, where there is no room, between them."""
    visible = number(sheet.options.visible, sheet.rng)
    lengths = depth(sheet.whole, 1 - side % 2), depth(block.box, 1 - side % 2)
    past = 0.5 * min(lengths) / max(abs(lengths[0] - lengths[1]), 1e-6)
    for _ in range(TRIES):
        if sheet.cut(block, side, sheet.rng.uniform(-past, 1 + past), visible):
            return
        past = 0.0


def _side(box: Box, side: int, past: float) -> tuple[Point, Point]:
    """Return the ends of a box's side, moved past its corners."""
    left, top, right, bottom = box
    if side in {LEFT, RIGHT}:
        return (box[side], top - past), (box[side], bottom + past)
    return (left - past, box[side]), (right + past, box[side])


def _lines(sheet: Sheet) -> Block:
    """Set one to three lines of running text, broader than the picture."""
    least = 1.2 * depth(sheet.whole, LEFT) / (CHARACTER * sheet.typesetter.cap_height)
    lines = [running(min(int(least), LONGEST_LINE), sheet.rng) for _ in range(whole((1, 3), sheet.rng))]
    return sheet.typesetter.column(lines, sheet.rng.uniform(1.6, 2.2), 0)


def _line_ends(sheet: Sheet, align: float) -> Block:
    """Set the ends, or beginnings, of the lines of a text column beside."""
    lines = [running(6, sheet.rng)[-24:].strip() for _ in range(whole((2, 8), sheet.rng))]
    return sheet.typesetter.column(lines, sheet.rng.uniform(1.6, 2.2), align)
