"""A page in the making."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maskline.molecules.numbers.ranges import number
from maskline.molecules.page.blocks import Block, Typesetter
from maskline.molecules.page.boxes import LEFT, RIGHT, TOP, depth, extended, union
from maskline.molecules.page.marks import Box, Mark, Measure
from maskline.molecules.page.occupied import FloatArray, Occupied
from maskline.molecules.page.options import PageOptions

DEPTHS = (0.5, 0.35, 0.2, 0.1)
"""How far a text may be tucked in beside a molecule that leaves room there, over the molecule's extent."""


class DrawnMolecule(NamedTuple):
    """The molecule that a page is made around.

    A: atoms   B: bonds   L: labels
    """

    box: Box
    """Of the molecule's ink."""
    atoms: FloatArray
    """(A, 2) positions."""
    bonds: npt.NDArray[np.intp]
    """(B, 2) indices of atoms."""
    reaches: FloatArray
    """(B,) how far a bond's ink lies at most from the line between its atoms: half its width for a single bond."""
    label_boxes: FloatArray
    """(L, 4) of the ink of labels, and of what else lies at atoms."""
    cap_height: float
    """Of the labels."""
    line_width: float
    font: str
    """Of the labels."""
    neighbour_size: tuple[float, float] = (0, 0)
    """Width and height of another structure that may be placed; (0, 0): none."""


class Sheet:
    """What lies on the page so far.

    whole: the box that the picture will show, margins apart.
    occupied: what lies in it.
    overhanging: what reaches beyond it, to be cut by the picture's edge.
    """

    def __init__(self, drawn: DrawnMolecule, options: PageOptions, rng: np.random.Generator, measure: Measure) -> None:
        self.drawn = drawn
        self.options = options
        self.rng = rng
        self.measure = measure
        self.marks: list[Mark] = []
        self.whole = drawn.box
        self.occupied = Occupied()
        self.occupied.add_segments(drawn.atoms[drawn.bonds], drawn.reaches)
        self.occupied.add_boxes(drawn.label_boxes)
        self.overhanging = Occupied()
        self.font = self.one_of(options.fonts) if options.fonts else drawn.font
        self.typesetter = Typesetter(self.font, number(options.text_height, rng) * drawn.cap_height, measure)
        self.width = number(options.rule_width, rng) * drawn.line_width
        self.reaction_side = LEFT if rng.random() < 0.5 else RIGHT
        """Where an arrow stands; a plus sign stands at the other side."""

    def one_of(self, things: Sequence[str]) -> str:
        """Draw one of several."""
        return things[int(self.rng.random() * len(things))]

    def gap(self) -> float:
        """Draw a free space, pixels."""
        return number(self.options.gap, self.rng) * self.drawn.cap_height

    def add(self, block: Block) -> None:
        """Take a block that must be whole."""
        self.marks += block.marks
        self.whole = union(self.whole, block.box)
        self.occupied.add_boxes(np.array([block.box]))

    def stand(self, block: Block, side: int, along: float, *, tuck: bool = False) -> None:
        """Put a block beside everything there is; tucked in as near to the molecule as is free, if `tuck`."""
        gap = self.gap()
        block = block.beside(self.whole, side, along, gap)
        if tuck:
            inwards = depth(self.whole, side) * (-1 if side > TOP else 1)
            shifts = np.zeros((len(DEPTHS), 4))
            shifts[:, side % 2 :: 2] = inwards * np.array(DEPTHS)[:, None]
            free = self.occupied.free(np.array(block.box) + shifts, gap)
            if free.any():
                dx, dy = shifts[int(free.argmax()), :2].tolist()
                block = block.moved(dx, dy)
        self.add(block)

    def cut(self, block: Block, side: int, along: float, visible: float) -> bool:
        """Put a block beside everything there is, so that the picture's edge cuts it.

        visible: the part of its depth that the picture shows, its margin apart.
        Returns whether there is room; if not, nothing changes.
        """
        gap = self.gap()
        block = block.beside(self.whole, side, along, gap)
        if not self.overhanging.free(np.array([block.box]), gap)[0]:
            return False
        self.marks += block.marks
        self.overhanging.add_boxes(np.array([block.box]))
        self.whole = extended(self.whole, side, gap + visible * depth(block.box, side))
        return True
