"""All files of an import, read, with what is wrong and what is odd."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from maskline.contract.identity import digest
from maskline.strokes.formats.finding import find
from maskline.strokes.formats.reading import read
from maskline.strokes.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Found:
    """A sketch and where it is from.

    path: of its file, as people know it.  split: what the folders say; empty: nothing.
    """

    sketch: Sketch
    path: str
    split: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the files hold.

    contents: the split, name and sha256 of each file: where it lies does not count.
    tables: InstanceSketch's lists of what is in which split, path -> split -> what it lists.
    """

    found: list[Found] = field(default_factory=list)
    contents: list[tuple[str, str, str]] = field(default_factory=list)
    tables: dict[str, dict[str, Sequence[Any]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def gather(sources: Sequence[str]) -> Gathered:
    """Read all files of some sources.  Raises NotFound where there is none, InvalidInput."""
    gathered, others = Gathered(), list[str]()
    for source in sources:
        for file in find(source, others):
            reading = read(file)
            gathered.contents.append((file.split, file.name, digest(file.data)))
            gathered.problems.extend(reading.problems)
            gathered.remarks.extend(reading.remarks)
            if reading.splits:
                gathered.tables[file.path] = dict(reading.splits)
            if not reading.problems:
                gathered.found.extend(Found(sketch, file.path, file.split) for sketch in reading.sketches)
    if others:
        gathered.remarks.append(f"{len(others)} files are of no format that holds sketches, {others[0]} the first")
    if not gathered.found and not gathered.problems:
        gathered.problems.append(f"{', '.join(sources)}: there are no sketches")
    return gathered
