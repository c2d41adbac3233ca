"""SPG's drawings: those of Quick, Draw! with the part of each point as the third list, one category a file.

The file's name is the category, and names.json beside it lists what the parts of each category are called; without it
they are called `part 0`, `part 1` and so on. A few of the published drawings give the list of parts twice.
"""

from typing import Any

import numpy as np

from maskline.strokes.formats import points
from maskline.strokes.formats.file import File, besides
from maskline.strokes.formats.labels import commonest, thing_of
from maskline.strokes.sketch import Sketch, Stroke

NAMES = "names.json"


def is_one(document: dict[str, Any]) -> bool:
    """Tell such a line from one of Quick, Draw!, which has a word or no third list."""
    return "word" not in document and all(isinstance(each, list) and len(each) > 2 for each in document["drawing"])


def sketch_of(document: dict[str, Any], file: File, name: str, where: str, problems: list[str]) -> Sketch | None:
    """Return the drawing of one line, or None and problems.  name: what it is called.  where: what problems call it."""
    before = len(problems)
    strokes, labels = [], []
    for number, lists in enumerate(document["drawing"]):
        once = lists[:3] if lists[2:3] == lists[3:] else lists
        stroke = points.of_lists(once, f"{where}: stroke {number}", problems)
        if stroke is not None and stroke.times is not None:
            strokes.append(Stroke(stroke.points))
            labels.append(_part(stroke.times, file, f"{where}: stroke {number}", problems))
    extra = besides(document, ("drawing",), where, problems)
    if len(problems) > before:
        return None
    return Sketch(name, tuple(strokes), None, (thing_of(file.stem, labels),), extra)


def _part(numbers: Any, file: File, where: str, problems: list[str]) -> str:
    """Return the name of the part that most points of a stroke belong to."""
    if not (numbers == np.floor(numbers)).all() or (numbers < 0).any():
        problems.append(
            f"{where}: its parts are {points.shown(numbers.tolist())}, they must be whole numbers, 0 or more"
        )
        return ""
    part = int(commonest(numbers.tolist()))
    if not file.parts:
        return f"part {part}"
    if part >= len(file.parts):
        problems.append(f"{where}: part {part}: {NAMES} names only {len(file.parts)} of {file.stem}")
        return ""
    return file.parts[part]
