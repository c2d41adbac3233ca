"""Marks that stay together: lines of text, a reaction arrow with its reagents."""

from collections.abc import Sequence
from typing import NamedTuple

from maskline.molecules.page.boxes import depth, shift_beside, union
from maskline.molecules.page.marks import Box, Filled, Mark, Measure, Point, Stroke, Text, moved


class Block(NamedTuple):
    """Marks and the box of their ink, or of what they occupy."""

    marks: tuple[Mark, ...]
    box: Box

    def moved(self, dx: float, dy: float) -> "Block":
        """Move the block."""
        left, top, right, bottom = self.box
        return Block(tuple(moved(mark, dx, dy) for mark in self.marks), (left + dx, top + dy, right + dx, bottom + dy))

    def beside(self, whole: Box, side: int, along: float, gap: float) -> "Block":
        """Move the block outside a box: see `shift_beside`."""
        return self.moved(*shift_beside(self.box, whole, side, along, gap))

    def joined(self, other: "Block") -> "Block":
        """Make one block of two."""
        return Block(self.marks + other.marks, union(self.box, other.box))


class Typesetter(NamedTuple):
    """What lines of text are set with."""

    font: str
    cap_height: float
    measure: Measure

    def line(self, text: str) -> Block:
        """Set a line; its baseline starts at (0, 0)."""
        return Block((Text(text, 0, 0, self.cap_height, self.font),), self.measure(text, self.font, self.cap_height))

    def column(self, texts: Sequence[str], pitch: float, align: float) -> Block:
        """Set lines below one another.

        pitch: from baseline to baseline, cap heights.  align: 0 flush left, 0.5 centred, 1 flush right.
        """
        block = first = self.line(texts[0])
        for index, text in enumerate(texts[1:], start=1):
            line = self.line(text)
            dx = first.box[0] - line.box[0] + align * (depth(first.box, 0) - depth(line.box, 0))
            block = block.joined(line.moved(dx, index * pitch * self.cap_height))
        return block


def arrow(length: float, width: float, head: str, *, down: bool) -> Block:
    """Draw an arrow from (0, 0), to the right or down.

    width: of its line.  head: "filled", "notched" or "open".
    """
    long, half = 7 * width, 2.4 * width
    shaft = length - (0 if head == "open" else long / 2)
    along = [(length, 0.0), (length - long, -half), (length - (0.7 * long if head == "notched" else long), 0.0)]
    tip, upper, notch, lower = (*along, (length - long, half))
    turned = _down if down else _right
    marks: list[Mark] = [Stroke(turned((0, 0), (shaft, 0)), width)]
    marks.append(
        Stroke(turned(upper, tip, lower), width) if head == "open" else Filled(turned(tip, upper, notch, lower))
    )
    # The lines of an open head run on a little past its tip.
    box = turned((-width, -half - width), (length + 2 * width, half + width))
    (left, top), (right, bottom) = box
    return Block(tuple(marks), (min(left, right), min(top, bottom), max(left, right), max(top, bottom)))


def _right(*points: Point) -> tuple[Point, ...]:
    return points


def _down(*points: Point) -> tuple[Point, ...]:
    return tuple((y, x) for x, y in points)
