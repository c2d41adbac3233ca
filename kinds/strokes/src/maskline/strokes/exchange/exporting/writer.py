"""What all layouts are written with: a folder to fill, names that are free, and an account of what is lost."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from maskline.contract.categories import CategoryTable
from maskline.strokes.exchange.config import StrokeExport
from maskline.strokes.formats.labels import labels_of
from maskline.strokes.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Given:
    """What a writer is given: the folder to fill, the options, and the dataset's classes."""

    folder: Path
    config: StrokeExport
    table: CategoryTable


@dataclass
class Lost:
    """How many sketches lose what, and what else is to be said of an export."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def note(self, what: str, *, lost: object) -> None:
        """Count one sketch if it loses this."""
        self.counts[what] += bool(lost)

    def lines(self) -> list[str]:
        """Return a line for each thing that is lost."""
        return [*(f"{count} sketches: {what}" for what, count in self.counts.items() if count), *self.remarks]


class Writer(Protocol):
    """One layout."""

    lost: Lost

    def add(self, split: str, image: dict[str, Any], sketch: Sketch) -> None:
        """Write a sketch, or keep it until its split is complete.  image: its record in the dataset."""

    def finish(self, split: str) -> None:
        """Write what waited for the end of a split."""
        del split

    def close(self) -> None:
        """Write what waited for the end of the dataset."""


class Files:
    """Files of one folder, none of which is written twice or outside of it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._taken = folder, set[str]()

    def write(self, place: str, suffix: str, data: bytes) -> str:
        """Write a file, and return its path in the folder; if the name is taken, a number follows it."""
        name, number = safe(place), 1
        while name + suffix in self._taken:
            number += 1
            name = f"{safe(place)}-{number}"
        self._taken.add(name + suffix)
        path = self._folder / (name + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name + suffix


def safe(place: str) -> str:
    """Return a path that stays below where it begins, whatever sketches and classes are called."""
    return "/".join(part if part.strip(".") else f"_{part}" for part in place.replace("\0", "-").split("/"))


def note_single(lost: Lost, sketch: Sketch) -> None:
    """Note what no format of single objects can hold."""
    strokes = {number for thing in sketch.things for number in thing.strokes}
    lost.note("each object is a sketch of its own", lost=len(sketch.things) > 1)
    lost.note("strokes of no object are left out", lost=len(strokes) < len(sketch.strokes))


def note_parts(lost: Lost, sketch: Sketch) -> None:
    """Note that parts are lost."""
    lost.note("parts are not told", lost=any(labels_of(thing) for thing in sketch.things))
