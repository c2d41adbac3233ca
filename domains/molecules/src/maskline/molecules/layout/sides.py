"""On which side of a double bond its second line lies."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from maskline.molecules.layout.structure import Atom

Floats = npt.NDArray[np.float64]
ON_LINE = 1e-3
"""Twice a triangle's area, in square bond lengths, that rounding alone may make of three atoms in a row."""


class Sides:
    """The sides of one molecule's bonds."""

    def __init__(
        self,
        positions: Floats,
        pairs: Sequence[tuple[int, int]],
        atoms: Sequence[Atom],
        rings: Sequence[tuple[int, ...]],
        aromatic: Sequence[bool],
    ) -> None:
        self._places = positions.tolist()
        self._pairs = pairs
        self._atoms = atoms
        self._rings: dict[int, tuple[int, ...]] = {}
        # The ring a bond is drawn into: an aromatic one before others, then the smaller one.
        for ring in sorted(rings, key=lambda ring: (not all(aromatic[i] for i in ring), len(ring))):
            for bond in ring:
                self._rings.setdefault(bond, ring)

    def of(self, bond: int) -> int:
        """Return 1 for right, -1 for left, 0 where both lines lie beside the way between the atoms."""
        begin, end = self._pairs[bond]
        ring = self._rings.get(bond)
        if ring is not None:
            corners = [self._places[atom] for other in ring for atom in self._pairs[other]]
            middle = sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
            return 1 if self._side_of(begin, end, middle) >= 0 else -1
        lone = [atom for atom in (begin, end) if self._atoms[atom].terminal]
        beside = {
            atom: [other for other in self._atoms[atom].neighbours if other not in (begin, end)]
            for atom in (begin, end)
        }
        if lone and (
            len(beside[begin]) + len(beside[end]) != 1 or not all(self._atoms[atom].bare for atom in (begin, end))
        ):
            return 0
        right = sum(self._side_of(begin, end, self._places[other]) for others in beside.values() for other in others)
        return 1 if right >= 0 else -1

    def _side_of(self, begin: int, end: int, point: Sequence[float]) -> int:
        """Return 1 where a point lies right of the way between two atoms, -1 left, 0 on its line, as in cumulenes."""
        (x0, y0), (x1, y1) = self._places[begin], self._places[end]
        turn = (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)
        return 0 if abs(turn) < ON_LINE else 1 if turn > 0 else -1
