"""Which pictures are meant, and where the masks of each go."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mimetypes import MimeTypes
from pathlib import Path

from maskline.contract.errors import InvalidInput, NoPicture
from maskline.contract.kind.prediction import Selection, Skipped
from maskline.contract.picture.file import FORMATS
from maskline.contract.picture.pages import Pages, page_name, pages

NAMES = MimeTypes()
"""What a name says of a file, the same on every machine."""
LATER = (".webp", ".jp2", ".j2k", ".avif", ".heic", ".jfif")
"""Suffixes of pictures that Python's own list came to know late, or not yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """One picture.

    name: its path below the folder that was named, or its own name.  overlay: where it goes, painted over.
    page: of the pictures in its file, from 0.  remark: what else is in the file and does not count.
    """

    path: Path
    name: str
    overlay: Path
    page: int = 0
    remark: str = ""


def find(named: Sequence[Path], output: Path) -> Selection:
    """Return the pictures that are named and those in the folders that are named, these in the order of their names.

    Each counts once.  What a file holds decides whether it is a picture; one that only its name calls a picture counts,
    too, so that it is told as one that cannot be read.  In folders neither hidden files count, nor what lies in
    `output`, the folder for the masks.
    Raises InvalidInput for a file or folder that is not there, a folder without pictures, two pictures whose masks
    would meet in one file, and a picture that masks would replace.
    """
    found: dict[tuple[Path, int], Place] = {}
    skipped: list[Skipped] = []
    for each in named:
        for one in _below(each, output):
            if isinstance(one, Place):
                found.setdefault((one.path.resolve(), one.page), one)
            else:
                skipped.append(one)
    _require_apart(list(found.values()))
    return Selection(list(found.values()), skipped)


def _require_apart(places: Sequence[Place]) -> None:
    taken: dict[Path, Place] = {}
    paths = {place.path.resolve() for place in places}
    for place in places:
        other = taken.setdefault(place.overlay, place)
        if other is not place:
            raise InvalidInput(f"{other.path} and {place.path} would both become {place.overlay}: take one at a time")
        if place.overlay.resolve() in paths:
            raise InvalidInput(f"{place.overlay} is one of the pictures: choose another folder for the masks")


def _below(named: Path, output: Path) -> Iterator[Place | Skipped]:
    if not named.exists():
        raise InvalidInput(f"{named} does not exist: it must be a picture or a folder of pictures")
    if not named.is_dir():
        yield from _places(named, named.name, output, _pages(named) or Pages((0,)))
        return
    found = list(_in_folder(named, output))
    if not any(isinstance(one, Place) for one in found):
        there = f"; {found[0].name}: {found[0].reason}" if found and isinstance(found[0], Skipped) else ""
        raise InvalidInput(f"folder {named} holds no pictures ({', '.join(FORMATS)}){there}")
    yield from found


def _in_folder(folder: Path, output: Path) -> Iterator[Place | Skipped]:
    hidden = masks = 0
    below = not folder.resolve().is_relative_to(output.resolve())
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):
            hidden += not path.is_dir()
        elif below and path.resolve().is_relative_to(output.resolve()):
            masks += not path.is_dir()
        elif path.is_file():
            found = _pages(path)
            if found or _called_a_picture(path):
                yield from _places(path, name.as_posix(), output, found or Pages((0,)))
            else:
                yield Skipped(_shown(name.as_posix()), "it is no picture, neither by what it holds nor by its name")
        elif path.is_symlink() or not path.is_dir():
            what = "a link to a folder" if path.is_dir() else "neither a file nor a folder"
            yield Skipped(_shown(name.as_posix()), f"it is {what}")
    if hidden:
        yield Skipped(folder.name, f"names that begin with a dot are left out, {hidden} of them")
    if masks:
        yield Skipped(folder.name, f"what lies in {output}, the folder for the masks, is left out, {masks} of them")


def _pages(path: Path) -> Pages | None:
    """Return the pictures in a file, or None if it holds none; that one cannot be read shows when it is decoded."""
    try:
        with path.open("rb") as file:
            return pages(file)
    except NoPicture:
        return None
    except (OSError, InvalidInput):
        return Pages((0,))


def _called_a_picture(path: Path) -> bool:
    known = (NAMES.guess_type(path.name)[0] or "").startswith("image/")
    return known or path.suffix.lower() in LATER


def _places(path: Path, name: str, output: Path, found: Pages) -> Iterator[Place]:
    """Keep the name of a .png, and add the suffix to that of others: x.jpg and x.tif have masks of their own."""
    for page in found.numbers:
        shown = page_name(_shown(name), page)
        overlay = output / (shown if shown.lower().endswith(".png") else f"{shown}.png")
        yield Place(path, shown, overlay, page, "" if page else found.remark)


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
