"""From what is drawn to the rows of a scene: bonds, boxes, characters, lines.

Lengths are sheet pixels.  Owners are given out in the order in which things are added.
"""

import math
from collections.abc import Sequence

import numpy as np

from maskline.molecules.ink.scene import Row, Rows
from maskline.molecules.labels.fonts import Font, Outlines
from maskline.molecules.layout.layout import Layout
from maskline.molecules.layout.structure import LINE
from maskline.molecules.page.marks import Box, Filled, Mark, Stroke, Text

RING_CIRCLE = 0.62
"""Radius of the circle in a ring over the distance from its middle to its bonds."""
ARC_POINTS = 7
"""Of a bond's part of the circle: chords that leave it by less than a five-hundredth of its radius."""
ATTACHMENT_WAVES = 3
ATTACHMENT_LENGTH = 0.9
"""Of an attachment mark, over the bond length."""
ATTACHMENT_ROOM = 1.1
"""Bond lengths from the end that has one to every atom but its neighbour, at least."""
WAVE_POINTS = 12


def add_layout(rows: Rows, layout: Layout) -> None:
    """Add a molecule: an owner for every bond, then one for every label."""
    before, first, cap, places = len(rows.atoms), rows.owners, layout.cap_height, layout.atoms.tolist()
    rows.atoms += places
    for bond in layout.molecule.bonds:
        begin, end = bond.atoms
        rows.bonds.append((rows.owners, before + begin, before + end, bond.mark, bond.side))
        rows.owners += 1
    for atom, label in layout.labels.items():
        x, y = places[atom]
        owner = rows.owners
        rows.glyphs += [
            (owner, first, count, x + cap * a, y + cap * b, cap * size) for first, count, a, b, size in label.glyphs
        ]
        rows.owners += 1
    rows.boxes += [(before + atom, *box) for atom, *box in layout.label_boxes()]
    _add_circles(rows, layout, first)


def _add_circles(rows: Rows, layout: Layout, first: int) -> None:
    """Give every bond of a ring that holds a circle its part of it, as a line of the bond's own."""
    for ring in layout.molecule.circles:
        corners = layout.atoms[list(ring.atoms)]
        middle = corners.mean(axis=0)
        after = np.roll(corners, -1, axis=0)
        radius = RING_CIRCLE * float(np.linalg.norm((corners + after) / 2 - middle, axis=1).mean())
        for bond, begin, end in zip(ring.bonds, corners - middle, after - middle, strict=True):
            shares = np.linspace(0, 1, ARC_POINTS)[:, None]
            chord = begin * (1 - shares) + end * shares
            arc = middle + radius * chord / np.linalg.norm(chord, axis=1, keepdims=True)
            rows.line(first + bond, [(x, y) for x, y in arc.tolist()], layout.pens.line_width)


def attachment(layout: Layout, rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Draw a wave across the end of a bond to a bare terminal atom, if there is such an end with room for it."""
    molecule = layout.molecule
    ends = [
        (bond.atoms if molecule.atoms[bond.atoms[1]].terminal else bond.atoms[::-1])
        for bond in molecule.bonds
        if bond.mark == LINE and any(molecule.atoms[atom].terminal and molecule.atoms[atom].bare for atom in bond.atoms)
    ]
    ends = [(inner, outer) for inner, outer in ends if _has_room(layout, inner, outer)]
    if not ends:
        return ()
    inner, outer = ends[int(rng.integers(len(ends)))]
    way = layout.atoms[outer] - layout.atoms[inner]
    along = way / math.hypot(*way)
    across = np.array([-along[1], along[0]])
    shares = np.linspace(-0.5, 0.5, WAVE_POINTS * ATTACHMENT_WAVES + 1)
    height = ATTACHMENT_LENGTH / ATTACHMENT_WAVES / 4
    heights = height * np.array([math.sin(2 * math.pi * ATTACHMENT_WAVES * share) for share in shares.tolist()])
    points = layout.atoms[outer] + layout.bond_length * (
        ATTACHMENT_LENGTH * shares[:, None] * across + heights[:, None] * along
    )
    return (Stroke(tuple((x, y) for x, y in points.tolist()), layout.pens.line_width),)


def _has_room(layout: Layout, inner: int, outer: int) -> bool:
    others = np.delete(layout.atoms, [inner, outer], axis=0) - layout.atoms[outer]
    nearest = float(np.linalg.norm(others, axis=1).min(initial=math.inf))
    return nearest > ATTACHMENT_ROOM * layout.bond_length


def add_marks(rows: Rows, marks: Sequence[Mark], outlines: Outlines) -> None:
    """Add what stands around a molecule, each mark an owner of its own."""
    for mark in marks:
        match mark:
            case Text():
                rows.glyphs += _characters(rows.owners, mark, outlines)
            case Stroke():
                rows.line(rows.owners, mark.points, mark.width)
            case Filled():
                rows.line(rows.owners, mark.points, 0)
        rows.owners += 1


def _characters(owner: int, text: Text, outlines: Outlines) -> list[Row]:
    x = text.x
    characters: list[Row] = []
    for character in text.text:
        glyph = outlines.glyph(text.font, character)
        if glyph.count:
            characters.append((owner, glyph.first, glyph.count, x, text.y, text.cap_height))
        x += text.cap_height * glyph.advance
    return characters


def text_box(outlines: Outlines, text: str, font: Font, cap_height: float) -> Box:
    """Return the box of a line's ink, from the left end of its baseline."""
    x, boxes = 0.0, []
    for character in text:
        glyph = outlines.glyph(font, character)
        if glyph.count:
            left, top, right, bottom = glyph.box
            boxes.append((x + left, top, x + right, bottom))
        x += glyph.advance
    lefts, tops, rights, bottoms = zip(*boxes, strict=True) if boxes else ((0.0,),) * 4
    return cap_height * min(lefts), cap_height * min(tops), cap_height * max(rights), cap_height * max(bottoms)
