"""Pictures of chosen sketches: truth beside prediction, small enough for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.errors import Corrupt
from maskline.contract.page.markup import Markup
from maskline.contract.page.thumbnail import thumbnail
from maskline.contract.shard import Dataset
from maskline.strokes.evaluation.cases import Case
from maskline.strokes.evaluation.compare.families import NONE
from maskline.strokes.evaluation.compare.strokes import Numbers, Strokes
from maskline.strokes.painting import RGB, paint, rgb
from maskline.strokes.sketch import Sketch, of_sample

SIDES_PX = (320, 224, 144, 96)
"""Of pictures of the page, longer side; at the smallest, as many as a page can hold fit whatever they are."""
LINE_PX = 2.5
"""How wide lines are painted, at the largest of these sides."""
BUDGET_BYTES = 4_000_000
"""Of all pictures, as they stand in the page, which must stay below 5 MB."""
GREY: RGB = (165, 165, 165)
APART: tuple[RGB, ...] = (
    (31, 119, 180),
    (255, 127, 14),
    (44, 160, 44),
    (148, 103, 189),
    (140, 86, 75),
    (227, 119, 194),
    (188, 189, 34),
    (23, 190, 207),
)
"""Colours of objects that are told apart; a ninth has the first one again."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A painted sketch: (H, W, 3) RGB, and what it shows in words."""

    pixels: NDArray[np.uint8]
    description: str

    def at(self, side: int) -> Markup:
        """Return it as an element of the page, of so many pixels at most."""
        image = Image.fromarray(self.pixels)
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        return thumbnail(image, self.description)


@dataclass(frozen=True, slots=True)
class Pair:
    """Truth and prediction of one sketch.  what: coloured by `parts`, or by `objects`."""

    what: str
    truth: Picture
    found: Picture


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A case and its pictures.  categories: ids of those whose colours they show, in the table's order."""

    case: Case
    pairs: Sequence[Pair]
    categories: Sequence[int]


def exhibits(cases: Sequence[Case], strokes: Strokes, dataset: Dataset, shards: Mapping[int, str]) -> list[Exhibit]:
    """Return cases with their pictures.

    Reads only the shards that hold one of them.  shards: id of a sketch -> name of its shard.
    Raises Corrupt for a sketch that is not what its record says.
    """
    sketches = _sketches(cases, dataset, shards)
    colours = {category.id: rgb(category.colour) for category in dataset.artifact.manifest.categories.categories}
    painter = _Painter(strokes, colours)
    painted = {case.place: painter.exhibit(case, sketches[case.record["id"]]) for case in cases}
    return [painted[case.place] for case in cases]


def fitting_side(shown: Sequence[Exhibit]) -> int:
    """Return of how many pixels all pictures of a page can be within its budget."""
    pictures = [picture for exhibit in shown for pair in exhibit.pairs for picture in (pair.truth, pair.found)]
    for side in SIDES_PX[:-1]:
        if sum(len(picture.at(side)) for picture in pictures) <= BUDGET_BYTES:
            return side
    return SIDES_PX[-1]


def _sketches(cases: Sequence[Case], dataset: Dataset, shards: Mapping[int, str]) -> dict[int, Sketch]:
    """Return id of a sketch -> the sketch."""
    wanted = {case.record["id"] for case in cases}
    found: dict[int, Sketch] = {}
    for shard in sorted({shards[number] for number in wanted}):
        for sample in dataset.samples(shard):
            if sample.image["id"] in wanted:
                sketch = of_sample(sample, dataset.artifact.manifest.categories)
                if len(sketch.strokes) != sample.image["strokes"]:
                    where = f"sketch {sample.image['file_name']} of {dataset.artifact.uri}/{shard}.tar"
                    told = sample.image["strokes"]
                    raise Corrupt(f"{where} has {len(sketch.strokes)} strokes, but its record says {told}")
                found[sample.image["id"]] = sketch
    return found


@dataclass(frozen=True, slots=True)
class _Painter:
    """colours: of categories by id."""

    strokes: Strokes
    colours: Mapping[int, RGB]

    def exhibit(self, case: Case, sketch: Sketch) -> Exhibit:
        """Show a sketch by its parts, where the truth tells some, and by its objects, where there are several."""
        said = (self.strokes.truth, self.strokes.found)
        pairs, shown = [], set[int]()
        if case.accuracy is not None or len(case.objects) < 2:
            told = [self._classes(case, each.part, each.category) for each in said]
            colours = [[self.colours.get(number, GREY) for number in numbers] for numbers in told]
            pairs.append(self._pair("parts", case, sketch, colours))
            shown |= {number for numbers in told for number in numbers}
        if len(case.objects) > 1:
            pairs.append(self._pair("objects", case, sketch, self._by_object(case)))
        return Exhibit(case, pairs, [number for number in self.colours if number in shown])

    def _classes(self, case: Case, part: Numbers, category: Numbers) -> list[int]:
        """Return the category id of each stroke's part, else of its object."""
        numbers: list[int] = np.where(part == NONE, category, part)[self.strokes.of(case.place)].tolist()
        return numbers

    def _by_object(self, case: Case) -> list[list[RGB]]:
        """Return colours of strokes in truth and prediction; objects that meet have the same."""
        rows = self.strokes.of(case.place)
        truth, found = (said.thing[rows].tolist() for said in (self.strokes.truth, self.strokes.found))
        place = {one.thing: number for number, one in enumerate(case.objects)}
        met = {one.found: place[one.thing] for one in case.objects if one.found != NONE}
        fresh = count(len(place))
        met |= {thing: next(fresh) for thing in sorted({*found} - {NONE, *met})}
        return [
            [APART[places[thing] % len(APART)] if thing in places else GREY for thing in things]
            for things, places in ((truth, place), (found, met))
        ]

    def _pair(self, what: str, case: Case, sketch: Sketch, colours: Sequence[Sequence[RGB]]) -> Pair:
        wrong = [one.stroke for one in case.wrong]
        name = f"{case.record['file_name']}, {what}"
        told = f"truth: {len(sketch.strokes)} strokes", f"prediction: {len(wrong)} strokes wrong"
        left, right = (
            Picture(paint(sketch, each, SIDES_PX[0], LINE_PX, marked), f"{name}, {said}")
            for each, said, marked in zip(colours, told, ((), wrong), strict=True)
        )
        return Pair(what, left, right)
