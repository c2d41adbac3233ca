"""The category of one's own that the docs describe: what they say comes of it."""

import numpy as np

from maskline.sketches.entry import domain
from maskline.strokes.sketch import of_sample
from sketch_pictures import described


def test_the_centipede_of_the_docs_has_eight_to_twenty_legs_told_apart() -> None:
    drawing = domain.drawing("easy", {"own": [described()], "categories": {"centipede": 1}, "hand": {"sloppiness": 0}})
    renderer, table = domain.open(drawing), domain.categories(drawing)
    counts = set()
    for number in range(40):
        (thing,) = of_sample(renderer.draw(number, "train", np.random.default_rng([1, number])), table).things
        counts.add(sum(part.name.endswith("leg") and not part.crowd for part in thing.parts))
    assert counts <= set(range(8, 21))
    assert len(counts) > 8
