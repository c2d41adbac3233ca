"""A page around a molecule: numbers, captions, arrows, rules, neighbours, none of which comes near the molecule."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from maskline.molecules.numbers.ranges import happens
from maskline.molecules.page.around import add_plus, caption, enclose, number_compound, react
from maskline.molecules.page.atom_numbers import number_atoms
from maskline.molecules.page.edges import add_neighbour, rule, stray
from maskline.molecules.page.marks import Box, Mark, Measure
from maskline.molecules.page.options import PageOptions
from maskline.molecules.page.sheet import DrawnMolecule, Sheet

STEPS: tuple[tuple[str, Callable[[Sheet], None]], ...] = (
    ("atom_numbers", number_atoms),
    ("brackets", enclose),
    ("compound_number", number_compound),
    ("caption", caption),
    ("plus_sign", add_plus),
    ("reagents", react),
    ("table_rules", rule),
    ("neighbour", add_neighbour),
    ("stray_text", stray),
)
"""From the molecule outwards: the share in `PageOptions`, and what it is the share of."""


class Page(NamedTuple):
    """What stands around a molecule.

    box: holds the molecule and all that must be whole; the picture is this box and its margins.  Rules, neighbours and
    stray text may reach beyond it, to be cut by the picture's edge.
    """

    marks: tuple[Mark, ...]
    box: Box


def furnish(drawn: DrawnMolecule, options: PageOptions, rng: np.random.Generator, measure: Measure) -> Page:
    """Draw what stands around a molecule.  The same state of `rng` gives the same page."""
    steps = [step for share, step in STEPS if happens(getattr(options, share), rng)]
    if not steps:
        return Page((), drawn.box)
    sheet = Sheet(drawn, options, rng, measure)
    for step in steps:
        step(sheet)
    return Page(tuple(sheet.marks), sheet.whole)
