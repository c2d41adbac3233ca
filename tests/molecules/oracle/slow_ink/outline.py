"""From the paths of a drawing to closed contours, each owned by a bond or a label.

N: stroke segments   J: joins   C: contours   P: points   B: bonds.   Owners as in `Paths`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.molecules.depiction import Depiction
from slow_ink.paths import JOIN, ON, START, Paths

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

MITRE_LIMIT = 10.0
ROUNDING = 0.1
"""RDKit writes coordinates to a tenth of a canvas pixel."""
RUN_ON = 0.75
"""Picture pixels by which strokes that meet run into each other: pixels that both only touch would stay light."""


@dataclass(frozen=True, slots=True)
class Contours:
    """Closed contours, sorted by owner."""

    points: Floats
    """(P, 2) x then y."""
    tags: npt.NDArray[np.uint8]
    """(P,) ON, CONIC or CUBIC."""
    lengths: Integers
    """(C,) points of each contour."""
    owners: Integers
    """(C,) not falling."""


def contours(drawing: Depiction, paths: Paths, scale: float, shift: Floats, minimum_stroke: float) -> Contours:
    """Return the drawing's contours in picture pixels: `point * scale + shift`, strokes as quadrilaterals.

    shift: (2,).  minimum_stroke: picture pixels; thinner strokes are widened.
    Contours of one bond that overlap turn the same way, so that a non-zero fill unites them.
    """
    points = paths.points * scale + shift
    widths = paths.widths * scale
    strokes = _stroke_quads(drawing, paths, points, np.maximum(widths, minimum_stroke))
    corners = _corner_quads(drawing, paths, points, np.maximum(widths, minimum_stroke))
    outlined = [_outlined(paths, points, widths, int(i)) for i in np.flatnonzero(paths.filled & (paths.widths > 0))]
    return _sorted_by_owner([strokes, corners, *outlined, _glyphs(paths, points)])


def _stroke_quads(drawing: Depiction, paths: Paths, points: Floats, widths: Floats) -> Contours:
    path_of = np.repeat(np.arange(len(paths.lengths)), paths.lengths)
    begins = (~paths.filled & (paths.owners != JOIN))[path_of]
    begins[np.cumsum(paths.lengths) - 1] = False
    start = np.flatnonzero(begins)
    start = start[(points[start] != points[start + 1]).any(axis=1)]
    path = path_of[start]
    along = _units(points[start + 1] - points[start])
    a = points[start] - along * RUN_ON * _meets(drawing, paths.points[start], paths.owners[path])
    b = points[start + 1] + along * RUN_ON * _meets(drawing, paths.points[start + 1], paths.owners[path])
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * (widths[path] / 2)[:, None]
    return _polygons(np.stack([a - across, b - across, b + across, a + across], axis=1), paths.owners[path])


def _meets(drawing: Depiction, ends: Floats, bonds: Integers) -> npt.NDArray[np.bool_]:
    """Say, (N, 1), where the end of a bond's stroke is the bare corner of an atom that other bonds leave as well.

    ends: (N, 2) canvas pixels.  bonds: (N,) whose strokes they are.
    """
    pairs = np.array([bond.atoms for bond in drawing.bonds], np.intp).reshape(-1, 2)
    shared = np.bincount(pairs.ravel(), minlength=len(drawing.atoms)) > 1
    atoms = pairs[bonds]
    near = (np.abs(drawing.atoms[atoms] - ends[:, None]) <= ROUNDING).all(axis=2)
    meets = np.logical_or.reduce(near & shared[atoms], axis=1, keepdims=True)
    return np.asarray(meets, bool)


def _corner_quads(drawing: Depiction, paths: Paths, points: Floats, widths: Floats) -> Contours:
    """Return the mitred corner between two bonds, once for each of them.

    RDKit draws a corner as a short stroke over the ends of both bonds and names neither; the bonds are those that leave
    the atom under the stroke's middle point in the stroke's two directions.
    """
    joins = np.flatnonzero((paths.owners == JOIN) & ~paths.filled & (paths.lengths == 3))
    first = (np.cumsum(paths.lengths) - paths.lengths)[joins]
    if not len(joins):
        return _polygons(np.empty((0, 4, 2)), np.empty(0, np.intp))
    middle = points[first + 1]
    at = np.square(paths.points[first + 1, None] - drawing.atoms[None]).sum(axis=2).argmin(axis=1)
    ends = np.array([bond.atoms for bond in drawing.bonds])
    near, far = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    leaving = _units(drawing.atoms[far] - drawing.atoms[near])  # (2B, 2), one for each end of each bond
    sides, owners = [], []
    for towards in (points[first] - middle, points[first + 2] - middle):
        likeness = np.where(near[None] == at[:, None], _units(towards) @ leaving.T, -2.0)
        end = likeness.argmax(axis=1)
        sides.append(leaving[end])
        owners.append(end % len(ends))
    quads, sharp = _mitres(middle, sides[0], sides[1], widths[joins] / 2)
    return _polygons(np.concatenate([quads[sharp]] * 2), np.concatenate([owners[0][sharp], owners[1][sharp]]))


def _mitres(middle: Floats, one: Floats, other: Floats, reach: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the (J, 4, 2) outer corner of two strokes that meet, and where there is one at all: they do not run on.

    middle: (J, 2).  one, other: (J, 2) unit vectors along which the strokes leave.  reach: (J,) half a stroke's width.
    """
    cross = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    turn = np.sign(cross)[:, None] * reach[:, None]
    corner_one = middle + np.stack([one[:, 1], -one[:, 0]], axis=1) * turn
    corner_other = middle + np.stack([-other[:, 1], other[:, 0]], axis=1) * turn
    half_sine = np.sqrt(np.clip((1 - (one * other).sum(axis=1)) / 2, 1e-12, 1))
    mitred = middle - _units(one + other) * (reach / half_sine)[:, None]
    tip = np.where((half_sine * MITRE_LIMIT >= 1)[:, None], mitred, (corner_one + corner_other) / 2)
    return np.stack([middle, corner_one, tip, corner_other], axis=1), np.abs(cross) > 0.01


def _outlined(paths: Paths, points: Floats, widths: Floats, path: int) -> Contours:
    """Return a filled polygon, a wedge, grown by half the stroke drawn around it, corners mitred."""
    end = int(paths.lengths[: path + 1].sum())
    polygon = points[end - paths.lengths[path] : end]
    polygon = polygon[np.square(polygon - np.roll(polygon, 1, axis=0)).sum(axis=1) > 0]
    polygon = polygon if _doubled_areas(polygon[None])[0] > 0 else polygon[::-1]
    after = _units(np.roll(polygon, -1, axis=0) - polygon)
    outward = np.stack([after[:, 1], -after[:, 0]], axis=1)
    both = outward + np.roll(outward, 1, axis=0)
    spread = np.maximum(np.square(both).sum(axis=1) / 2, 2 / MITRE_LIMIT**2)
    return _polygons((polygon + both * (widths[path] / 2 / spread)[:, None])[None], paths.owners[path : path + 1])


def _glyphs(paths: Paths, points: Floats) -> Contours:
    letters = paths.filled & (paths.widths == 0)
    mine = np.repeat(letters, paths.lengths)
    tags = paths.tags[mine]
    starts = np.flatnonzero(tags == START)
    owners = np.repeat(paths.owners, paths.lengths)[mine][starts]
    return Contours(
        points[mine], np.where(tags == START, np.uint8(ON), tags), np.diff(starts, append=len(tags)), owners
    )


def _polygons(corners: Floats, owners: Integers) -> Contours:
    """Return (C, n, 2) polygons as contours, all turning the same way."""
    clockwise = _doubled_areas(corners) < 0
    corners = np.where(clockwise[:, None, None], corners[:, ::-1], corners)
    count, sides = corners.shape[:2]
    return Contours(
        corners.reshape(-1, 2), np.full(count * sides, ON, np.uint8), np.full(count, sides, np.intp), owners
    )


def _doubled_areas(corners: Floats) -> Floats:
    ahead = np.roll(corners, -1, axis=1)
    areas: Floats = (corners[..., 0] * ahead[..., 1] - corners[..., 1] * ahead[..., 0]).sum(axis=1)
    return areas


def _units(vectors: Floats) -> Floats:
    length = np.hypot(vectors[:, 0], vectors[:, 1])[:, None]
    return vectors / np.maximum(length, 1e-9)


def _sorted_by_owner(parts: list[Contours]) -> Contours:
    lengths = np.concatenate([part.lengths for part in parts])
    owners = np.concatenate([part.owners for part in parts])
    order = np.argsort(owners, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    lengths = lengths[order]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    take = np.repeat(starts, lengths) + within
    points = np.concatenate([part.points for part in parts])[take]
    return Contours(points, np.concatenate([part.tags for part in parts])[take], lengths, owners[order])
