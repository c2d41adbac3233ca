"""Which sketches are meant, and what what is found in each will be called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Selection, Skipped
from maskline.strokes.formats.finding import SUFFIXES, find, readable
from maskline.strokes.formats.reading import Reading, read
from maskline.strokes.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Place:
    """One sketch, or a file that holds none that may be read.

    name: what people know it as, and what is left of it is called.  fault: why it cannot be read.
    """

    name: str
    sketch: Sketch | None
    remark: str = ""
    fault: str = ""


def places(named: Sequence[Path], output: Path) -> Selection:
    """Return the sketches that are named, and those in the folders that are named, by name.  Each file counts once.

    What lies in `output` does not count.
    Raises InvalidInput for what is not there, a folder without sketches, and two sketches of one name.
    """
    found: dict[Path, list[Place]] = {}
    skipped: list[Skipped] = []
    for each in named:
        if not each.exists():
            raise InvalidInput(
                f"{each} does not exist: it must be a file that ends in {', '.join(SUFFIXES)}, or a folder"
            )
        others: list[str] = []
        before = len(found)
        for file in find(str(each), others) if each.is_dir() or readable(each.name) else ():
            path = Path(file.path).resolve()
            if not path.is_relative_to(output.resolve()):
                found.setdefault(path, list(_places(file.name, file.path, read(file))))
        if each.is_file() and not readable(each.name):
            raise InvalidInput(f"{each} is no sketch: it must end in {', '.join(SUFFIXES)}")
        if each.is_dir() and len(found) == before:
            raise InvalidInput(f"folder {each} holds no sketches ({', '.join(SUFFIXES)})")
        skipped += [Skipped(Path(path).relative_to(each).as_posix(), "no sketch") for path in others]
    every = [place for some in found.values() for place in some]
    _require_apart(every)
    return Selection(every, skipped)


def _places(name: str, path: str, reading: Reading) -> Iterator[Place]:
    if reading.problems or not reading.sketches:
        more = f", and {len(reading.problems) - 1} more" if len(reading.problems) > 1 else ""
        fault = reading.problems[0] + more if reading.problems else f"{path}: it holds no sketch"
        yield Place(name, None, fault=fault)
    remark = "; ".join(reading.remarks)
    for sketch in reading.sketches if not reading.problems else ():
        yield Place(sketch.name, sketch, remark)


def _require_apart(every: Sequence[Place]) -> None:
    names: set[str] = set()
    for place in every:
        if place.name in names:
            raise InvalidInput(f"two sketches are called {place.name}: take one at a time")
        names.add(place.name)
