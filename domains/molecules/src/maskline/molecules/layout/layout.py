"""Laying one molecule out: how it is turned, how large it is drawn, where its labels' characters stand.

Lengths are sheet pixels, x to the right, y down.   A: atoms   B: bonds
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from maskline.molecules.ink.scene import Pens
from maskline.molecules.labels.fonts import Outlines
from maskline.molecules.labels.label import Box, Composed, LabelStyle, compose
from maskline.molecules.layout.structure import Atom, Prepared, Undrawable
from maskline.molecules.numbers.matrices import product
from maskline.molecules.styles.options import StyleOptions
from maskline.molecules.styles.style import Style

Floats = npt.NDArray[np.float64]
LEAST_GAP = 1.5
"""Line widths of paper that show between the lines of a multiple bond."""
WIDEST_LINES = 3
"""Line widths that the wide end of a stereo mark has at least."""

APART = 0.6
"""Bond lengths kept free between the boxes of fragments: ions, acids of salts, solvents."""

MOST_GUESSES = 4
"""At a bond length; in a first guess the least sizes of labels and lines may count too much."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A molecule laid out."""

    molecule: Prepared
    atoms: Floats
    """(A, 2) position of every atom, x then y."""
    labels: dict[int, Composed]
    """By atom, in the order of atoms; relative to it, in cap heights."""
    bond_length: float
    cap_height: float
    pens: Pens
    box: Box
    """Left, top, right and bottom of its ink."""

    def moved(self, dx: float, dy: float) -> "Layout":
        """Move it."""
        left, top, right, bottom = self.box
        return replace(self, atoms=self.atoms + np.array((dx, dy)), box=(left + dx, top + dy, right + dx, bottom + dy))

    def label_boxes(self) -> list[tuple[int, float, float, float, float]]:
        """Return the ink of every label's parts: its atom, left, top, right, bottom."""
        cap, places = self.cap_height, self.atoms.tolist()
        return [
            (
                atom,
                places[atom][0] + cap * a,
                places[atom][1] + cap * b,
                places[atom][0] + cap * c,
                places[atom][1] + cap * d,
            )
            for atom, label in self.labels.items()
            for a, b, c, d in label.boxes
        ]


def lay_out(molecule: Prepared, options: StyleOptions, style: Style, outlines: Outlines) -> Layout:
    """Turn the molecule, compose its labels, and choose the bond length at which it has the size it shall have.

    Raises Undrawable if the picture would be too large with the shortest bonds allowed.
    """
    turn = math.radians(style.rotation_degrees)
    cosine, sine = math.cos(turn), math.sin(turn)
    directions = product(molecule.positions, np.array([(cosine, sine), (-sine, cosine)]))
    labels = _labels(molecule, directions.tolist(), style, outlines)
    directions = _apart(molecule, directions, labels, style.cap_height)
    reach = _Reach(directions, molecule.wide, labels)
    bond = _bond_length(reach, options, style)
    cap = _cap_height(bond, options, style)
    pens = _pens(bond, cap, options, style)
    return Layout(molecule, directions * bond, labels, bond, cap, pens, reach.box(bond, cap, pens))


def _apart(molecule: Prepared, directions: Floats, labels: dict[int, Composed], cap: float) -> Floats:
    """Move every fragment but the largest out of the box around those before it, the shortest way.

    Programs lay fragments beside one another without a thought for their labels or for how the whole is turned.
    """
    if len(molecule.fragments) < 2:
        return directions
    directions = directions.copy()
    placed = [math.inf, math.inf, -math.inf, -math.inf]
    for atoms in sorted(molecule.fragments, key=len, reverse=True):
        left, top, right, bottom = _reach_of(atoms, directions, labels, cap)
        ways = (
            (placed[2] + APART - left, 0.0),
            (placed[0] - APART - right, 0.0),
            (0.0, placed[3] + APART - top),
            (0.0, placed[1] - APART - bottom),
        )
        if ways[0][0] > 0 > ways[1][0] and ways[2][1] > 0 > ways[3][1]:
            dx, dy = min(ways, key=lambda way: abs(way[0]) + abs(way[1]))
            directions[list(atoms)] += (dx, dy)
            left, top, right, bottom = left + dx, top + dy, right + dx, bottom + dy
        placed = [min(placed[0], left), min(placed[1], top), max(placed[2], right), max(placed[3], bottom)]
    return directions


def _reach_of(atoms: Sequence[int], directions: Floats, labels: dict[int, Composed], cap: float) -> Box:
    """Return the box, in bond lengths, of some atoms and their labels, whose capitals are `cap` high."""
    boxes = []
    for atom in atoms:
        x, y = directions[atom].tolist()
        a, b, c, d = labels[atom].box if atom in labels else (0.0, 0.0, 0.0, 0.0)
        boxes.append((x + cap * min(a, 0), y + cap * min(b, 0), x + cap * max(c, 0), y + cap * max(d, 0)))
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _labels(
    molecule: Prepared, places: Sequence[Sequence[float]], style: Style, outlines: Outlines
) -> dict[int, Composed]:
    spelled = LabelStyle(style.font, script_scale=style.script_scale, charge=style.charge, residue=style.residue)
    labels = {}
    for number, atom in enumerate(molecule.atoms):
        if not atom.bare:
            spec = atom.label if style.radicals else atom.label._replace(radicals=0)
            labels[number] = compose(spec, _towards(number, atom, places), spelled, outlines)
    return labels


def _towards(number: int, atom: Atom, places: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    x, y = places[number]
    ways = [(places[other][0] - x, places[other][1] - y) for other in atom.neighbours]
    return tuple((dx / length, dy / length) for dx, dy in ways if (length := math.hypot(dx, dy)) > 0)


def _cap_height(bond: float, options: StyleOptions, style: Style) -> float:
    return max(style.cap_height * style.label_scale * bond, options.least_cap_height_px)


def _pens(bond: float, cap: float, options: StyleOptions, style: Style) -> Pens:
    line = max(style.line_width * bond, options.least_line_width_px)
    wedge = max(style.wedge_width * bond, WIDEST_LINES * line)
    return Pens(
        line_width=line,
        line_gap=max(style.line_gap * bond, (1 + LEAST_GAP) * line),
        label_gap=style.label_gap * cap,
        wedge_width=wedge,
        hash_width=max(style.hash_width * line, options.least_line_width_px),
        hash_spacing=style.hash_spacing * bond,
        shortest_bond=options.shortest_bond * bond,
        bold_width=min(style.bold_width * line, wedge),
        dash_length=style.dash_length * bond,
        hollow=style.hollow_wedges,
        parallel=style.parallel_hashes,
    )


class _Reach:
    """How far a molecule's ink reaches at any size."""

    def __init__(self, directions: Floats, wide: Sequence[int], labels: dict[int, Composed]) -> None:
        self._corners = _corners(directions)
        self._wide_corners = _corners(directions[list(wide)]) if wide else self._corners
        self._wide = bool(wide)
        places = directions.tolist()
        self._labels = [(*places[atom], *label.box) for atom, label in labels.items()]

    def box(self, bond: float, cap: float, pens: Pens) -> Box:
        """Return the ink's box."""
        left, top, right, bottom = _widened(self._corners, bond, pens.line_width)
        if self._wide:
            beside = max(pens.wedge_width, 2 * pens.line_gap + pens.line_width) / 2
            a, b, c, d = _widened(self._wide_corners, bond, beside)
            left, top, right, bottom = min(left, a), min(top, b), max(right, c), max(bottom, d)
        for x, y, a, b, c, d in self._labels:
            left, right = min(left, bond * x + cap * a), max(right, bond * x + cap * c)
            top, bottom = min(top, bond * y + cap * b), max(bottom, bond * y + cap * d)
        return left, top, right, bottom


def _corners(places: Floats) -> tuple[float, ...]:
    return (*places.min(axis=0).tolist(), *places.max(axis=0).tolist())


def _widened(corners: Sequence[float], scale: float, by: float) -> Box:
    left, top, right, bottom = corners
    return scale * left - by, scale * top - by, scale * right + by, scale * bottom + by


def _bond_length(reach: _Reach, options: StyleOptions, style: Style) -> float:
    """Return the bond length.  Labels and lines grow with it, but for the least size they have."""
    most = options.most_side_px if style.long_side_px is None else style.long_side_px
    room = most - 2 * style.margin_px - 1
    bond = room if style.bond_length_px is None else style.bond_length_px
    for _ in range(MOST_GUESSES):
        cap = _cap_height(bond, options, style)
        left, top, right, bottom = reach.box(bond, cap, _pens(bond, cap, options, style))
        fitting = bond * room / max(right - left, bottom - top)
        fits = fitting >= bond if style.bond_length_px is not None else abs(fitting - bond) < bond / room
        if fits:
            break
        bond = fitting
    if options.bond_length_px is not None and bond < options.bond_length_px[0]:
        message = f"larger than {options.most_side_px} px with bonds of {options.bond_length_px[0]} px"
        raise Undrawable(message)
    return bond
