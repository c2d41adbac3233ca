"""Drawings line by line: those of Quick, Draw!, and SPG's with a part for each point."""

from maskline.strokes.formats.file import File, parsed
from maskline.strokes.formats.lines import quickdraw, spg
from maskline.strokes.formats.points import shown
from maskline.strokes.sketch import Sketch

OWN = ("key_id", "id")
"""Fields that tell one drawing from all others; the first that a line has."""


def read(file: File, problems: list[str], remarks: list[str]) -> list[Sketch]:
    """Return the file's sketches, called after the drawings' own ids, else their lines.

    A line that holds none adds a problem; empty lines are passed over.
    """
    found, unnamed = [], False
    for number, line in enumerate(file.data.splitlines(), 1):
        where = f"{file.path}: line {number}"
        if not line.strip() or (document := parsed(line, where, problems)) is None:
            continue
        drawing = document.get("drawing")
        if not isinstance(drawing, list) or not drawing:
            problems.append(f"{where}: drawing = {shown(drawing)}, it must be a list of strokes, one at least")
            continue
        parts = spg.is_one(document)
        unnamed |= parts and not file.parts
        own = next((str(document[field]) for field in OWN if field in document), f"line-{number}")
        sketch = (spg if parts else quickdraw).sketch_of(document, file, f"{file.name}/{own}", where, problems)
        found += [sketch] if sketch else []
    if unnamed:
        remarks.append(
            f"{file.path}: no {spg.NAMES} beside it names the parts of {file.stem}: they are called part 0, part 1, ..."
        )
    if not found and not problems:
        problems.append(f"{file.path}: there is no drawing in it")
    return found
