"""Files known by content, and whether they still are what was found."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from maskline.contract.config import canonical_json
from maskline.contract.errors import Changed
from maskline.contract.identity import digest
from maskline.volumes.exchange.importing.finding import Found


class Contents:
    """The files of an import, or folders that are volumes.  Reads all of them, a piece at a time."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._seen: dict[Path, tuple[int, int]] = {}
        listed, known = [], dict[Path, str]()
        for volume in found:
            for role, place in sorted(volume.places.items()):
                if place.path not in known:
                    known[place.path] = self._digest(place.path)
                listed.append([volume.name, volume.split, role, place.dataset, known[place.path]])
        self.sha256 = f"sha256:{digest(canonical_json(listed))}"
        """What stands for them in an identity: names and bytes count, not where they are."""

    def require_unchanged(self) -> None:
        """Raise Changed, naming the first file that somebody has written to since."""
        for path, seen in self._seen.items():
            if _seen(path) != seen:
                raise Changed(f"{path} is no longer what was found: somebody has written to it")

    def _digest(self, path: Path) -> str:
        known = hashlib.sha256()
        for file in _files(path):
            self._seen[file] = _seen(file)
            with file.open("rb") as stream:
                own = hashlib.file_digest(stream, "sha256").hexdigest()
            known.update(f"{file.relative_to(path).as_posix()} {own}\n".encode())
        return known.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, or those of a folder, by name."""
    if path.is_file():
        yield path
    for folder, folders, names in os.walk(path):
        folders.sort()
        yield from (Path(folder) / name for name in sorted(names))


def _seen(path: Path) -> tuple[int, int]:
    try:
        told = path.stat()
    except OSError:
        return (-1, -1)
    return told.st_size, told.st_mtime_ns
