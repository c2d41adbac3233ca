"""Where a piece lies: the box that its shapes are drawn in, turned and perhaps mirrored.

P: points of a line
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Vector = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """A box.

    middle: x, y.  right, down: unit vectors of its own directions.  half: its half width and half height.  All of them
    in the units of the object.
    """

    middle: Vector = (0.0, 0.0)
    right: Vector = (1.0, 0.0)
    down: Vector = (0.0, 1.0)
    half: Vector = (1.0, 1.0)

    @property
    def unit(self) -> float:
        """What sizes of pieces upon it are given in."""
        return math.sqrt(self.half[0] * self.half[1])

    def place(self, x: float, y: float) -> Vector:
        """Return a place of the box, where (1, 1) is its lower right corner, in the units of the object."""
        across, along = x * self.half[0], y * self.half[1]
        return (
            self.middle[0] + across * self.right[0] + along * self.down[0],
            self.middle[1] + across * self.right[1] + along * self.down[1],
        )

    def within(self, at: Vector, half: Vector, degrees: float, *, mirrored: bool = False) -> "Frame":
        """Return a box upon this one.  at: its place here.  half: in units of the object.  degrees: clockwise."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        flip = -1.0 if mirrored else 1.0
        right = (
            flip * (cos * self.right[0] + sin * self.down[0]),
            flip * (cos * self.right[1] + sin * self.down[1]),
        )
        down = (cos * self.down[0] - sin * self.right[0], cos * self.down[1] - sin * self.right[1])
        return Frame(self.place(*at), right, down, half)

    def drawn(self, line: Points) -> Points:
        """Return a line of the box in the units of the object, (P, 2)."""
        width, height = self.half
        x, y = line[:, 0] * width, line[:, 1] * height
        placed = np.empty_like(line)
        placed[:, 0] = x * self.right[0] + y * self.down[0] + self.middle[0]
        placed[:, 1] = x * self.right[1] + y * self.down[1] + self.middle[1]
        return placed
