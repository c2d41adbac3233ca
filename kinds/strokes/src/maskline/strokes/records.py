"""Sketches as people see them: strokes in black, and in the colours of their parts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.records import Records
from maskline.contract.shard import Sample

if TYPE_CHECKING:  # who only names kinds has no use for numpy
    import numpy as np
    from numpy.typing import NDArray


class StrokeRecords(Records):
    """The kind as previews and pages see it."""

    def painted(self, sample: Sample, categories: CategoryTable) -> "tuple[NDArray[np.uint8], NDArray[np.uint8]]":
        """Return a picture of a sketch, and the same with each stroke in the colour of its part."""
        from maskline.strokes.painting import colours_of, paint
        from maskline.strokes.sketch import of_sample

        sketch = of_sample(sample, categories)
        colours = {category.name: category.colour for category in categories.categories}
        return paint(sketch), paint(sketch, colours_of(sketch, colours))

    def size(self, record: Mapping[str, Any]) -> str:
        """Return the number of strokes."""
        return f"{record['strokes']} strokes"


records = StrokeRecords()
