"""What a document's `file_name` means: other tools write it relative to other folders, for other machines, encoded.

All that a name is read as lies within the source: a path that leads out of it means nothing.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

DRIVE, SERVER = re.compile(r"[A-Za-z]:[\\/]"), "\\\\"
"""Where a path of Windows begins: on a drive, or on a server."""
SERVED = "?d="
"""Label Studio serves files of a folder as `/data/local-files/?d=<path>`."""


def paths(file_name: str, folders: Sequence[str], home: str, root: str) -> Iterator[str]:
    """Yield the paths within a source that a picture's name may mean, the likeliest first.

    folders: of the source, in which pictures may lie.  home: the document's own, which alone `../` leads out of.
    root: where the source is on this machine; empty: elsewhere.
    """
    foreign = _foreign(file_name)
    for spelling in _spellings(file_name):
        if foreign:  # from another machine: as much of its end as there is
            parts = posixpath.normpath(DRIVE.sub("", spelling).lstrip("/")).split("/")
            ends = ["/".join(parts[start:]) for start in range(len(parts))]
            yield from (path for end in ends for path in _within(end, folders))
        elif spelling.startswith("/"):
            inside = posixpath.normpath(f"/{spelling.lstrip('/')}")
            places = (f"{place.rstrip('/')}/" for place in (root, posixpath.realpath(root)) if root)
            yield from (inside.removeprefix(place) for place in places if inside.startswith(place))
        else:
            upwards = posixpath.normpath(spelling).startswith("../")
            yield from _within(spelling, (home,) if upwards else folders)


def short(path: str, file_name: str, folders: Sequence[str]) -> str:
    """Return what a picture found at `path` is called: its name, or its path below the folder of pictures it is in."""
    name = posixpath.normpath(file_name)
    if path == name or path.endswith(f"/{name}"):
        return name
    inside = [folder for folder in folders if folder and path.startswith(f"{folder}/")]
    return path.removeprefix(f"{max(inside, key=len)}/") if inside else path


def _spellings(file_name: str) -> Iterator[str]:
    """Yield a name as it is, with slashes for backslashes, and without what URLs put in for other characters."""
    turned = file_name.replace("\\", "/")
    known = [turned, unquote(file_name), unquote(turned).replace("\\", "/")]
    if not _foreign(file_name):
        known = [file_name, *known]
    if SERVED in turned:
        known.append(unquote(turned.partition(SERVED)[2]))
    for spelling in dict.fromkeys(known):
        if "\0" in spelling:
            continue  # no file system has such a name
        yield re.sub(r"^file://(?=/)", "", spelling)


def _foreign(file_name: str) -> bool:
    return bool(DRIVE.match(file_name)) or file_name.startswith(SERVER)


def _within(name: str, folders: Sequence[str]) -> Iterator[str]:
    for folder in folders:
        path = posixpath.normpath(f"{folder}/{name}" if folder else name)
        if path != "." and not path.startswith(("../", "/")) and path != "..":
            yield path
