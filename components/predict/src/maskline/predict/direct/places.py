"""Which pictures are meant, and where the masks of each go."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maskline.contract.errors import InvalidInput

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
"""By these, in either case, a picture in a folder is known; a file that is named itself may be called anything."""


@dataclass(frozen=True, slots=True)
class Place:
    """One picture.

    name: its path below the folder that was named, or its own name.  overlay: where it goes, painted over.
    """

    path: Path
    name: str
    overlay: Path


def find(named: Sequence[Path], output: Path) -> list[Place]:
    """Return the pictures that are named and those in the folders that are named, these in the order of their names.

    Each counts once.  In folders neither hidden files count, nor what lies in `output`, the folder for the masks.
    Raises InvalidInput for a file or folder that is not there, a folder without pictures, two pictures whose masks
    would meet in one file, and a picture that masks would replace.
    """
    found: dict[Path, Place] = {}
    for place in (place for each in named for place in _below(each, output)):
        found.setdefault(place.path.resolve(), place)
    taken: dict[Path, Place] = {}
    for place in found.values():
        other = taken.setdefault(place.overlay, place)
        if other is not place:
            raise InvalidInput(f"{other.path} and {place.path} would both become {place.overlay}: take one at a time")
        if place.overlay.resolve() in found:
            raise InvalidInput(f"{place.overlay} is one of the pictures: choose another folder for the masks")
    return list(found.values())


def _below(named: Path, output: Path) -> Iterator[Place]:
    if not named.exists():
        raise InvalidInput(f"{named} does not exist: it must be a picture or a folder of pictures")
    if not named.is_dir():
        yield _place(named, named.name, output)
        return
    paths = [path for path in sorted(named.rglob("*")) if _counts(path, named, output)]
    if not paths:
        raise InvalidInput(f"folder {named} holds no pictures ({', '.join(SUFFIXES)})")
    for path in paths:
        yield _place(path, path.relative_to(named).as_posix(), output)


def _counts(path: Path, folder: Path, output: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    ours = path.resolve().is_relative_to(output.resolve()) and not folder.resolve().is_relative_to(output.resolve())
    return path.suffix.lower() in SUFFIXES and not hidden and not ours and path.is_file()


def _place(path: Path, name: str, output: Path) -> Place:
    """Keep the name of a .png, and add the suffix to that of others: x.jpg and x.tif have masks of their own."""
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    return Place(path, shown, output / (shown if shown.lower().endswith(".png") else f"{shown}.png"))
