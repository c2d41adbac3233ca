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

    path: its file.  name: what people know it as, and what is left of it is called.  fault: why it cannot be read.
    """

    path: Path
    name: str
    sketch: Sketch | None
    remark: str = ""
    fault: str = ""


def places(named: Sequence[Path], output: Path) -> Selection:
    """Return the sketches that are named, and those in the folders that are named, by name.  Each file counts once.

    What lies in `output` does not count, unless it is named.
    Raises InvalidInput for what is not there, a folder without sketches, two sketches of one name, and a
    file that would be replaced.
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
            if each.is_file() or not path.is_relative_to(output.resolve()):
                found.setdefault(path, list(_places(path, file.name, read(file))))
        if each.is_file() and not readable(each.name):
            raise InvalidInput(f"{each} is no sketch: it must end in {', '.join(SUFFIXES)}")
        if each.is_dir() and len(found) == before:
            raise InvalidInput(f"folder {each} holds no sketches ({', '.join(SUFFIXES)})")
        skipped += [Skipped(Path(path).relative_to(each).as_posix(), "no sketch") for path in others]
    every = [place for some in found.values() for place in some]
    _require_apart(every, output)
    return Selection(every, skipped)


def _places(path: Path, name: str, reading: Reading) -> Iterator[Place]:
    if reading.problems or not reading.sketches:
        more = f", and {len(reading.problems) - 1} more" if len(reading.problems) > 1 else ""
        fault = reading.problems[0] + more if reading.problems else f"{path}: it holds no sketch"
        yield Place(path, name, None, fault=fault)
    remark = "; ".join(reading.remarks)
    for sketch in reading.sketches if not reading.problems else ():
        yield Place(path, sketch.name, sketch, remark)


def _require_apart(every: Sequence[Place], output: Path) -> None:
    files = {place.path for place in every}
    names: set[str] = set()
    for place in every:
        if place.name in names:
            raise InvalidInput(f"two sketches are called {place.name}: take one at a time")
        names.add(place.name)
        if (left := output / f"{place.name}.svg").resolve() in files:
            raise InvalidInput(f"{left} is one of the sketches: choose another folder for what is found in them")
