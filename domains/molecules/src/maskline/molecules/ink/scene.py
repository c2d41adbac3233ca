"""A scene: everything that is drawn in one picture, as the arrays that the C library reads.

Lengths are sheet pixels, x right, y down: the picture's own pixels, before a scanner turns the sheet or changes its
size.  Owner k is bond k, then come the labels, one for each atom that has one; the rest is no instance.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BOND = np.dtype([(name, np.int32) for name in ("owner", "begin", "end", "mark", "side")])
BOX = np.dtype([("atom", np.int32), *((name, np.float64) for name in ("left", "top", "right", "bottom"))], align=True)
GLYPH = np.dtype(
    [*((name, np.int32) for name in ("owner", "first", "count")), *((name, np.float64) for name in ("x", "y", "size"))],
    align=True,
)
MARK = np.dtype([*((name, np.int32) for name in ("owner", "first", "count")), ("width", np.float64)], align=True)
"""Rows of ink/scene.h."""
Counts = ("atoms", "bonds", "boxes", "glyphs", "marks", "points", "outlines", "owners", "own_bonds", "labelled")
Arrays = (
    "atom_points",
    "bond_rows",
    "box_rows",
    "glyph_rows",
    "mark_rows",
    "mark_points",
    "outline_points",
    "outline_tags",
)
Lengths = (
    "line_width",
    "line_gap",
    "label_gap",
    "wedge_width",
    "hash_width",
    "hash_spacing",
    "shortest_bond",
    "bold_width",
    "dash_length",
)
Matrix = Sequence[Sequence[float]]
"""[[a, b, c], [d, e, f]]: (x, y) of the sheet is (a x + b y + c, d x + e y + f) of the picture."""


Row = tuple[float, ...]


@dataclass(slots=True)
class Rows:
    """The rows that a scene is made of."""

    atoms: list[Sequence[float]] = field(default_factory=list)
    bonds: list[Row] = field(default_factory=list)
    boxes: list[Row] = field(default_factory=list)
    glyphs: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    owners: int = 0

    def line(self, owner: int, points: Sequence[tuple[float, float]], width: float) -> None:
        """Add a line through points, or with a width of 0 a filled polygon."""
        self.lines.append((owner, len(self.points), len(points), width))
        self.points += points


class SceneStruct(ctypes.Structure):
    """`scene` of ink/scene.h."""

    _fields_ = [
        *((name, ctypes.c_int32) for name in Counts),
        *((name, ctypes.c_void_p) for name in Arrays),
        *((name, ctypes.c_double) for name in Lengths),
        *((name, ctypes.c_int32) for name in ("hollow", "parallel", "width", "height")),
        ("matrix", ctypes.c_double * 6),
    ]


class Pens(NamedTuple):
    """How wide lines are and how far apart, sheet pixels; what each is, is said in ink/scene.h."""

    line_width: float
    line_gap: float
    label_gap: float
    wedge_width: float
    hash_width: float
    hash_spacing: float
    shortest_bond: float
    bold_width: float
    dash_length: float
    hollow: bool
    parallel: bool


class Scene:
    """The arrays of one scene, and the structure that points to them."""

    def __init__(
        self, rows: Rows, outlines: tuple[Floats, npt.NDArray[np.uint8]], own_bonds: int, labelled: int, pens: Pens
    ) -> None:
        self._arrays = (
            np.array(rows.atoms, np.float64),
            np.array(rows.bonds, BOND),
            np.array(rows.boxes, BOX),
            np.array(rows.glyphs, GLYPH),
            np.array(rows.lines, MARK),
            np.array(rows.points, np.float64),
            *outlines,
        )
        counts = [len(array) for array in self._arrays[:7]]
        pointers = (array.ctypes.data for array in self._arrays)
        self.struct = SceneStruct(*counts, rows.owners, own_bonds, labelled, *pointers, *pens)

    def place(self, matrix: Matrix, width: int, height: int) -> None:
        """Say where the sheet lies in a picture of this size, in pixels."""
        self.struct.matrix[:] = [*matrix[0], *matrix[1]]
        self.struct.width, self.struct.height = width, height
