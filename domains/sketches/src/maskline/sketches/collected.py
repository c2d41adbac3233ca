"""Objects from drawings that people made and labelled, in any format that sketches are read from."""

from collections.abc import Iterator

import numpy as np

from maskline.contract.config import canonical_json
from maskline.contract.drawing.ranges import by_weight, one_of
from maskline.contract.errors import EmptySplit, InvalidInput
from maskline.contract.identity import digest
from maskline.sketches.figure import Figure, copied
from maskline.sketches.grammar.building import Line, Owner
from maskline.sketches.options import DrawingOptions
from maskline.strokes.classes import object_of, part_name, part_of
from maskline.strokes.formats.finding import find
from maskline.strokes.formats.labels import singles
from maskline.strokes.formats.reading import read
from maskline.strokes.sketch import Sketch

TRAIN, VAL = "train", "val"
KEY = "key_id"
"""The field by which Quick, Draw! knows a drawing, wherever it turns up."""
Place = tuple[str, str]
"""Category and split."""


class Collected:
    """Hands out objects of drawings, each of which is for one split alone."""

    def __init__(self, options: DrawingOptions) -> None:
        """Read the drawings.  Raises NotFound, InvalidInput."""
        self._options = options
        self._wanted = {name: weight for name, weight in options.weights.items() if weight}
        self._objects: dict[Place, list[list[Line]]] = {}
        for sketch, split in _read(options.drawings):
            own = split or _split_of(sketch, options.held_out_share)
            for single in singles(sketch):
                self._objects.setdefault((single.things[0].category, own), []).append(_lines(single))

    def figure(self, size: float, split: str, rng: np.random.Generator) -> Figure:
        """Return an object.  size: of its longer side, pixels.  Raises EmptySplit if there is none for the split."""
        category = by_weight(list(self._wanted), list(self._wanted.values()), rng)
        objects = self._objects.get((category, split))
        if not objects:
            raise EmptySplit(
                f"drawings {self._options.drawings}: none of category '{category}' is for split '{split}' "
                f"(held_out_share = {self._options.held_out_share}, by hash, or folders that name a split)"
            )
        return copied(category, one_of(objects, rng), size, self._options.hand, rng)


def classes_of(drawings: str) -> list[str]:
    """Return the classes of drawings, objects by name, their parts after each.  Raises NotFound, InvalidInput."""
    things = [thing for sketch, _ in _read(drawings) for thing in sketch.things]
    names = {thing.category for thing in things}
    names |= {part_name(thing.category, part.name) for thing in things for part in thing.parts}
    return sorted(names, key=lambda name: (object_of(name), part_of(name)))


def contents(drawings: str) -> str:
    """Return a digest of all that drawings hold, wherever they lie, "sha256:...".  Raises NotFound, InvalidInput."""
    files = [(file.split, file.name, digest(file.data)) for file in find(drawings, [])]
    return f"sha256:{digest(canonical_json(files))}"


def _read(drawings: str) -> Iterator[tuple[Sketch, str]]:
    """Yield every labelled drawing, and the split that its folder names.  Raises NotFound, InvalidInput."""
    readings = [(read(file), file.split) for file in find(drawings, [])]
    problems = [problem for reading, _ in readings for problem in reading.problems]
    labelled = [(sketch, split) for reading, split in readings for sketch in reading.sketches if sketch.things]
    if not labelled:
        problems.append(f"{drawings}: no object is labelled in it")
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(f"drawings: {problems[0]}{more}")
    yield from labelled


def _split_of(sketch: Sketch, held_out_share: float) -> str:
    key = str(sketch.extra.get(KEY) or sketch.name)
    return VAL if int(digest(key.encode())[:8], 16) < held_out_share * 2**32 else TRAIN


def _lines(single: Sketch) -> list[Line]:
    """Return the strokes of a sketch of one object."""
    owners = dict.fromkeys(range(len(single.strokes)), Owner("", 0))
    for instance, part in enumerate(single.things[0].parts, 1):
        owners |= dict.fromkeys(part.strokes, Owner(part.name, instance, part.crowd))
    return [Line(stroke.points, owners[number]) for number, stroke in enumerate(single.strokes)]
