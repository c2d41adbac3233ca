"""Files that may hold sketches, in a folder, a zip or a bucket, or one by one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.store import read_uri
from maskline.contract.store.files import open_files
from maskline.strokes.formats.file import File, parsed
from maskline.strokes.formats.lines.spg import NAMES

SUFFIXES = (".ndjson.gz", ".ndjson", ".json", ".svg", ".xml")
SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
"""What a folder that is one split is called, and what that split is called here."""


def readable(path: str) -> bool:
    """Tell by its suffix whether a file may hold sketches."""
    return path.lower().endswith(SUFFIXES)


def find(source: str, others: list[str]) -> Iterator[File]:
    """Yield the files of a source, by name, and add to `others` the paths of those that hold no sketches.

    source: a file, a folder, a zip, or a prefix like s3://bucket/folder.  Raises NotFound where there is none.
    """
    source = source.rstrip("/")
    if readable(source):
        yield _file(source, source.rpartition("/")[2], source.rpartition("/")[0], read_uri(source), _beside(source))
        return
    if not source.lower().endswith(".zip") and "://" not in source and not Path(source).is_dir():
        raise NotFound(f"{source} is no folder or .zip, and no file that ends in {', '.join(SUFFIXES)}")
    files = open_files(source)
    paths = [path for path in files.list("") if not _hidden(path)]
    names = {path.rpartition("/")[0]: files.read(path) for path in paths if _names_parts(path, paths)}
    for path in paths:
        folder = path.rpartition("/")[0]
        if readable(path) and not _names_parts(path, paths):
            yield _file(f"{source}/{path}", path, source, files.read(path), names.get(folder))
        elif not readable(path):
            others.append(f"{source}/{path}")


def _file(path: str, below: str, source: str, data: bytes, names: bytes | None) -> File:
    """Put a file together.  below: its path in `source`."""
    stem = next(below[: -len(suffix)] for suffix in SUFFIXES if below.lower().endswith(suffix))
    *folders, own = stem.split("/")
    split, kept = _without_split(folders)
    named, _ = _without_split(source.split("/")[::-1])  # as it was written: what lies around it is nobody's business
    home = source if "://" in source else str(Path(source or ".").absolute())
    outer = [name for name in home.split("/") if name][::-1]
    above = kept or (_without_split(outer)[1] if named else outer)[::-1]
    return File(path, "/".join([*kept, own]), above, data, split or named, _parts(own, names, path))


def _without_split(folders: Sequence[str]) -> tuple[str, list[str]]:
    """Return the split that the first folder that is one says, and the other folders: a class may be called `train`."""
    place = next((place for place, name in enumerate(folders) if name in SPLITS), None)
    if place is None:
        return "", list(folders)
    return SPLITS[folders[place]], [*folders[:place], *folders[place + 1 :]]


def _parts(category: str, names: bytes | None, path: str) -> Sequence[str]:
    """Return what names.json calls the parts of a category; nothing where it does not know it.  Raises InvalidInput."""
    if names is None:
        return ()
    where, problems = f"{path.rpartition('/')[0] or '.'}/{NAMES}", list[str]()
    document = parsed(names, where, problems)
    if document is None:
        raise InvalidInput(problems[0])
    parts = document.get(category, [])
    if not isinstance(parts, list) or not all(isinstance(part, str) and part for part in parts):
        raise InvalidInput(f"{where}: {category} = {parts!r}, it must be a list of texts")
    return parts


def _beside(source: str) -> bytes | None:
    """Return the names.json beside a file of drawings."""
    folder = source.rpartition("/")[0]
    if not _is_lines(source):
        return None
    try:
        return read_uri(f"{folder or '.'}/{NAMES}")
    except NotFound:
        return None


def _names_parts(path: str, paths: Sequence[str]) -> bool:
    folder, _, name = path.rpartition("/")
    return name == NAMES and any(_is_lines(other) and other.rpartition("/")[0] == folder for other in paths)


def _is_lines(path: str) -> bool:
    return path.lower().endswith((".ndjson", ".ndjson.gz"))


def _hidden(path: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.split("/"))
