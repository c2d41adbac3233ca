"""What work has left behind that nobody will finish or read: found by its age, for a store cannot tell who is at work.

Three kinds: the files of an artifact that was begun and never sealed, with its receipts and resume state; work towards
one that another has sealed; and files in a sealed artifact's folder that its manifest does not name, because their
maker ended second or was killed while it wrote.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from maskline.contract.artifact import FOLDERS, MANIFEST, Kind, open_sealed
from maskline.contract.store import Store, Written

_OF_ARTIFACT = re.compile(rf"((?:{'|'.join(FOLDERS.values())})/[a-z0-9][a-z0-9-]*-([0-9a-f]{{12}}))/.")
_OF_WORK = re.compile(r"(work/([0-9a-f]{12}))/.")
Files = Mapping[str, Written]


@dataclass(frozen=True)
class Leftover:
    """Files in one folder that go together."""

    folder: str
    paths: tuple[str, ...]
    size: int
    why: str


def leftovers(store: Store, before: datetime) -> list[Leftover]:
    """Return what was last written before that time and is of no use; receipts come before the files they name.

    Raises Corrupt for a manifest that cannot be read.
    """
    work, artifacts = _grouped(store.written("work"), _OF_WORK), dict[tuple[str, str], Files]()
    for folder in FOLDERS.values():
        artifacts |= _grouped(store.written(folder), _OF_ARTIFACT)
    begun = {key for (prefix, key), files in artifacts.items() if f"{prefix}/{MANIFEST}" not in files}
    fresh = {key for (_, key), files in [*work.items(), *artifacts.items()] if _last(files) >= before}
    found = []
    for (folder, key), files in work.items():
        if _last(files) < before and (key not in fresh or key not in begun):
            found.append(_leftover(folder, files, "of work that was given up, or that another was faster at"))
    for (prefix, key), files in artifacts.items():
        if f"{prefix}/{MANIFEST}" in files:
            unnamed = {path: file for path, file in _unnamed(store, prefix, files) if file.time < before}
            if unnamed:
                found.append(_leftover(prefix, unnamed, "not in its manifest: another was faster"))
        elif key not in fresh:
            found.append(_leftover(prefix, files, "begun and never sealed"))
    return found


def _grouped(files: Files, form: re.Pattern[str]) -> dict[tuple[str, str], Files]:
    """Return the files of each folder of that form, by folder and artifact id; others are nobody's business here."""
    groups: dict[tuple[str, str], dict[str, Written]] = defaultdict(dict)
    for path, file in files.items():
        if of := form.match(path):
            groups[of[1], of[2]][path] = file
    return {**groups}


def _unnamed(store: Store, prefix: str, files: Files) -> Iterator[tuple[str, Written]]:
    kinds: Mapping[str, Kind] = {folder: kind for kind, folder in FOLDERS.items()}
    manifest = open_sealed(f"{store.uri}/{prefix}", kinds[prefix.split("/", maxsplit=1)[0]]).manifest
    named = {f"{prefix}/{entry.key}" for entry in manifest.files.values()} | {f"{prefix}/{MANIFEST}"}
    return ((path, file) for path, file in files.items() if path not in named)


def _last(files: Files) -> datetime:
    return max(file.time for file in files.values())


def _leftover(folder: str, files: Files, why: str) -> Leftover:
    last = f"{_last(files):%Y-%m-%d}"
    return Leftover(folder, (*files,), sum(file.size for file in files.values()), f"{why}, last written {last}")
