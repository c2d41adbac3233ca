"""Which volumes are meant, and what what is found in each will be called."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Selection, Skipped
from maskline.volumes.formats.ome_zarr import FOLDER

SURE = (".mrc", ".rec", ".map", ".h5", ".hdf5", ".npy", FOLDER)
STACKS = (".tif", ".tiff")
"""These may be volumes, or pictures."""
PACKED = (".gz", ".bz2")


@dataclass(frozen=True, slots=True)
class Place:
    """One volume.

    name: its path below the folder that was named, or its own name.  stem: the same without suffixes, which the names
    of what is left of it begin with.
    """

    path: Path
    name: str

    @property
    def stem(self) -> str:
        """Its name without suffixes."""
        kept = self.name
        for suffixes in (PACKED, (*SURE, *STACKS)):
            kept = next((kept[: -len(one)] for one in suffixes if kept.lower().endswith(one)), kept)
        return kept


def is_surely_volume(path: Path) -> bool:
    """Say whether the name of a file or folder is that of a volume, or those of all files in a folder are."""
    if not path.is_dir() or path.suffix.lower() == FOLDER:
        return _called(path.name, SURE)
    found = list(_inside(path))
    return bool(found) and all(_called(one.name, SURE) for one in found)


def find(named: Sequence[Path], output: Path) -> Selection:
    """Return the volumes that are named, and those in the folders that are named, by name.  Each counts once.

    What lies in `output` does not count, unless it is named; names that begin with a dot do not, either.
    Raises InvalidInput for what is not there, a folder without volumes, and two whose results would be called alike.
    """
    found: dict[Path, Place] = {}
    skipped: list[Skipped] = []
    for each in named:
        if not each.exists():
            raise InvalidInput(f"{each} does not exist: it must be a volume or a folder of volumes")
        if not each.is_dir() or each.suffix.lower() == FOLDER:
            found.setdefault(each.resolve(), Place(each, each.name))
            continue
        inside = [one for one in _inside(each) if not one.resolve().is_relative_to(output.resolve())]
        volumes = [one for one in inside if _called(one.name, (*SURE, *STACKS))]
        if not volumes:
            raise InvalidInput(f"folder {each} holds no volumes ({', '.join((*SURE, *STACKS))})")
        for one in volumes:
            found.setdefault(one.resolve(), Place(one, one.relative_to(each).as_posix()))
        others = [one.relative_to(each).as_posix() for one in inside if one not in volumes]
        skipped += [Skipped(name, "no volume") for name in others]
    _require_apart(list(found.values()))
    return Selection(list(found.values()), skipped)


def _require_apart(places: Sequence[Place]) -> None:
    taken: dict[str, Place] = {}
    for place in places:
        other = taken.setdefault(place.stem, place)
        if other is not place:
            raise InvalidInput(f"{other.path} and {place.path} would both become {place.stem}: take one at a time")


def _inside(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, and the folders that are volumes, by name."""
    for below, folders, names in os.walk(folder):
        whole = [name for name in folders if name.lower().endswith(FOLDER)]
        folders[:] = sorted(name for name in folders if name not in whole and not name.startswith("."))
        yield from (Path(below) / name for name in sorted((*names, *whole)) if not name.startswith("."))


def _called(name: str, suffixes: tuple[str, ...]) -> bool:
    lower = name.lower()
    for packed in PACKED:
        lower = lower.removesuffix(packed)
    return lower.endswith(suffixes)
