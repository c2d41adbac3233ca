"""Objects from descriptions: those that come with the package, and users' own."""

import numpy as np

from maskline.contract.drawing.ranges import by_weight
from maskline.sketches.figure import Figure, invented
from maskline.sketches.grammar.reading import shipped
from maskline.sketches.options import DrawingOptions


class Invented:
    """Invents objects of the categories that are asked for."""

    def __init__(self, options: DrawingOptions) -> None:
        own = {grammar.category: grammar for grammar in options.own}
        wanted = {name: weight for name, weight in options.weights.items() if weight}
        self._grammars = [own.get(name) or shipped(name) for name in wanted]
        self._weights, self._hand = list(wanted.values()), options.hand

    def figure(self, size: float, split: str, rng: np.random.Generator) -> Figure:
        """Return an object.  size: of its longer side, pixels."""
        del split
        return invented(by_weight(self._grammars, self._weights, rng), size, self._hand, rng)
