"""Classes of parts as arrays by category id: which are one family, alike but for their side.

C: the largest category id + 1   F: families
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.classes import mirrored, part_of, side_of, without_side

NONE = 0
"""No category; no family."""


class Families:
    """The parts of a category table.

    names: category id -> class.  families: names of the families, which are classes without their sides; family n is
    at place n - 1.  parts, objects: category ids, in the table's order.
    of: (C,) family of a part, NONE for what is no part.  mirror: (C,) the part on the other side; itself where a class
    has no other side.  sided: (C,) whether a part is on one side.
    """

    def __init__(self, categories: Iterable[Mapping[str, Any]]) -> None:
        """Read the `categories` of a COCO document."""
        self.names = {int(each["id"]): str(each["name"]) for each in categories}
        self.parts = tuple(number for number, name in self.names.items() if part_of(name))
        self.objects = tuple(number for number, name in self.names.items() if not part_of(name))
        self.families = tuple(dict.fromkeys(without_side(self.names[number]) for number in self.parts))
        ids, family = {name: number for number, name in self.names.items()}, {NONE: NONE}
        family |= {number: 1 + self.families.index(without_side(self.names[number])) for number in self.parts}
        size = 1 + max(ids.values(), default=NONE)
        self.of: NDArray[np.int64] = np.array([family.get(number, NONE) for number in range(size)])
        self.mirror: NDArray[np.int64] = np.arange(size)
        self.sided: NDArray[np.bool_] = np.zeros(size, bool)
        for number in self.parts:
            self.mirror[number] = ids.get(mirrored(self.names[number]), number)
            self.sided[number] = bool(side_of(self.names[number]))

    @property
    def have_sides(self) -> bool:
        """Whether some part is on one side."""
        return bool(self.sided.any())
