"""The family of one's own that the docs describe: what they say comes of it."""

import numpy as np

from cell_pictures import described
from maskline.cells.entry import domain


def test_the_diatoms_of_the_docs_are_no_larger_than_described_and_longer_than_a_disc() -> None:
    families = {"diatom": {"cells": 10}, "spread": {"cells": 0}, "rounded": {"cells": 0}}
    drawn = domain.open(domain.drawing("phase", {"own": [described()], "families": families}))
    found = drawn.draw(0, "train", np.random.default_rng(0)).annotations
    assert {one["family"] for one in found} == {"diatom"}
    assert all(one["area"] <= np.pi * 22**2 * 1.05 for one in found)
    assert max(max(one["bbox"][2:]) for one in found) > 2 * 22
