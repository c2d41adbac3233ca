"""RDKit's SVG as arrays: the points of every path, and which bond or label it belongs to.

p: paths   P: points   A: atoms   B: bonds
Owner k is bond k for k < B, else the label of atom k - B.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.molecules.depiction import Depiction

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

PATH = re.compile(rb"<path (?:class='([^']*)' )?d='([^']*)' (?:style='([^']*)'|fill='[^']*')")
STROKE_WIDTH = re.compile(rb"stroke-width:([\d.]+)")
NUMBERS = bytes.maketrans(b"MLQCZ,\n", b"       ")
NOT_COMMANDS = b"0123456789.,- \n"
ON, CONIC, CUBIC, START = 1, 0, 2, 3
"""Kinds of points, as FreeType tags them; START is ON at the start of a contour."""
COMMANDS = {
    b"Q": bytes([CONIC, ON]),
    b"C": bytes([CUBIC, CUBIC, ON]),
    b"M": bytes([START]),
    b"L": bytes([ON]),
    b"Z": b"",
}
JOIN = -1
FARTHEST = 0.25
"""Lengths of a bond by which its lines may reach beyond its atoms."""
SHORTEST = 0.2
"""Lengths of a bond that must be left of it between labels."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of a drawing as they stand in the SVG.  p: paths, P: their points together."""

    points: Floats
    tags: npt.NDArray[np.uint8]
    lengths: Integers
    owners: Integers
    """(p,) JOIN for the corners RDKit draws over two bonds."""
    widths: Floats
    """(p,) width of the stroke, canvas pixels; 0 where there is none."""
    filled: npt.NDArray[np.bool_]


def read_paths(drawing: Depiction) -> Paths:
    """Read every path of the drawing, holes as contours of their own."""
    data, tags, owners, widths, filled = [], [], [], [], []
    for name, path, style in PATH.findall(drawing.svg.encode()):
        commands = path.translate(None, NOT_COMMANDS)
        for command, kinds in COMMANDS.items():
            commands = commands.replace(command, kinds)
        data.append(path)
        tags.append(commands)
        owners.append(_owner(name, len(drawing.bonds)))
        width = STROKE_WIDTH.search(style)
        widths.append(float(width[1]) if width else 0.0)
        filled.append(not style.startswith(b"fill:none"))
    return Paths(
        points=np.fromstring(b" ".join(data).translate(NUMBERS), sep=" ").reshape(-1, 2),
        tags=np.frombuffer(b"".join(tags), np.uint8),
        lengths=np.array([len(kinds) for kinds in tags], np.intp),
        owners=np.array(owners, np.intp),
        widths=np.array(widths),
        filled=np.array(filled, bool),
    )


def _owner(name: bytes, bonds: int) -> int:
    """Read `bond-N atom-i atom-j` or `atom-N`."""
    kind, _, rest = name.partition(b"-")
    number = int(rest.split(b" ")[0]) if rest else 0
    return number if kind == b"bond" else number + bonds if kind == b"atom" else JOIN


def ink_box(paths: Paths) -> Floats:
    """Return [[left, top], [right, bottom]] of everything drawn, control points included, in canvas pixels."""
    reach = np.repeat(paths.widths / 2, paths.lengths)[:, None]
    return np.array([(paths.points - reach).min(axis=0), (paths.points + reach).max(axis=0)])


def bonds_show(drawing: Depiction, paths: Paths) -> bool:
    """Say whether every bond is drawn between its atoms.

    Labels side by side leave nothing of the bond between them, and in some crowded cages RDKit draws a line of a bond
    far beyond the bond's atoms.
    """
    owners = np.repeat(paths.owners, paths.lengths)
    mine = (owners >= 0) & (owners < len(drawing.bonds))
    shares = along_bonds(drawing, paths.points[mine], owners[mine], drawing.atoms)
    begin, end = np.full(len(drawing.bonds), np.inf), np.full(len(drawing.bonds), -np.inf)
    np.minimum.at(begin, owners[mine], shares)
    np.maximum.at(end, owners[mine], shares)
    return bool(((begin > -FARTHEST) & (end < 1 + FARTHEST) & (end - begin > SHORTEST)).all())


def along_bonds(drawing: Depiction, points: Floats, bonds: Integers, atoms: Floats) -> Floats:
    """Return where points lie along their bonds, (P,): 0 beside the first atom, 1 beside the second.

    points: (P, 2).  bonds: (P,) whose they are.  atoms: (A, 2) in the points' pixels.
    """
    pairs = np.array([bond.atoms for bond in drawing.bonds], np.intp).reshape(-1, 2)[bonds]
    begin, along = atoms[pairs[:, 0]], atoms[pairs[:, 1]] - atoms[pairs[:, 0]]
    shares: Floats = ((points - begin) * along).sum(axis=1) / np.maximum(np.square(along).sum(axis=1), 1e-9)
    return shares
