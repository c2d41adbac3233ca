"""The files of some sources, and which of them belong to one volume."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from maskline.contract.errors import InvalidInput, NotFound
from maskline.volumes.exchange.importing.names import WORDS, Role, told_of
from maskline.volumes.formats.hdf5 import volumes_in
from maskline.volumes.formats.ome_zarr import FOLDER


class Place(NamedTuple):
    """Where a volume, or a list, lies.  dataset: of the file; empty: it is the only one."""

    path: Path
    dataset: str = ""

    def __str__(self) -> str:
        return f"{self.path}, dataset {self.dataset}" if self.dataset else str(self.path)


@dataclass(frozen=True, slots=True)
class Found:
    """The files of one volume, `raw` at least.  split: what a folder tells; empty: none does."""

    name: str
    split: str
    places: dict[Role, Place] = field(default_factory=dict)


def find(sources: Sequence[str], problems: list[str], remarks: list[str]) -> list[Found]:
    """Return the volumes of some sources by name; what is wrong, and what is odd, is added.

    Raises NotFound and InvalidInput for a source that is none.
    """
    found: dict[str, Found] = {}
    others = list[str]()
    for source in sources:
        for path, below in _files(source):
            told = told_of(below)
            if told is None:
                others.append(str(path))
                continue
            own = found.setdefault(told.volume, Found(told.volume, told.split))
            for role, place in _places(path, told.role, problems):
                other = own.places.setdefault(role, place)
                if other != place:
                    problems.append(f"{place}: {other} is the {role} of volume {told.volume} already")
    for one in found.values():
        if "raw" not in one.places:
            problems += [f"{place}: there is no volume {one.name} that it is of" for place in one.places.values()]
    if others:
        remarks.append(f"{len(others)} files are no volumes and no lists of particles, {others[0]} the first")
    if not found and not problems:
        problems.append(f"{', '.join(sources)}: there are no volumes")
    return [found[name] for name in sorted(found) if "raw" in found[name].places]


def _files(source: str) -> Iterator[tuple[Path, str]]:
    """Yield files, and folders that are volumes, each with its path below the source."""
    path = Path(source)
    if "://" in source or source.lower().endswith(".zip"):
        raise InvalidInput(
            f"{source}: volumes are read in place, from files and folders of this machine: copy it first"
        )
    if not path.exists():
        raise NotFound(f"{source} does not exist")
    if path.is_file() or path.suffix.lower() == FOLDER:
        yield path, path.name
        return
    for folder, folders, names in os.walk(path):
        whole = [name for name in folders if name.lower().endswith(FOLDER)]
        folders[:] = sorted(name for name in folders if name not in whole and not name.startswith("."))
        for name in sorted((*names, *whole)):
            if not name.startswith("."):
                inner = Path(folder) / name
                yield inner, inner.relative_to(path).as_posix()


def _places(path: Path, role: Role | None, problems: list[str]) -> list[tuple[Role, Place]]:
    """Return what a file holds: what its name tells, or each dataset that is called so."""
    try:
        names = ([] if path.is_dir() else volumes_in(path)) or [""]  # what else is wrong, opening tells
    except InvalidInput as fault:
        problems.append(str(fault))
        return []
    words = {name: WORDS.get(name.rpartition("/")[2].lower()) for name in names}
    if len(names) == 1:
        return [(role or words[names[0]] or "raw", Place(path, names[0]))]
    own = [(word, Place(path, name)) for name, word in words.items() if word and role in {None, word}]
    if not own:
        wanted = role or "raw, label, mask or semantic"
        problems.append(f"{path}: it holds {', '.join(names)}, and none is called {wanted}")
    return own
