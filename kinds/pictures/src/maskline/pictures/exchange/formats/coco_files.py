"""How people lay out COCO datasets: where the documents are, which split each is, and where its pictures may be."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from maskline.contract.errors import InvalidInput, NotFound
from maskline.pictures.exchange.formats.documents.source import SPLITS, hidden

ANNOTATIONS = "annotations"
NAMES = ("instances.json", "labels.json", "annotations.json", "_annotations.coco.json", "result.json")
"""What a document beside its pictures, or beside a folder of them, is called: by COCO's tools, FiftyOne, Roboflow,
Label Studio."""
LISTED = 5


def documents(paths: Sequence[str], source: str) -> list[str]:
    """Return which of a source's files are its documents; capital letters do not matter.

    paths: all of its files.  Those of the folder `annotations` (COCO's own has captions and keypoints beside the
    instances), else one of NAMES, else one of NAMES in each folder, else the only .json there is.
    Raises NotFound where there is none, or none that can be told from the others.
    """
    if found := named(paths):
        return found
    every = _json(paths)
    beside = [path for path in every if "/" not in path]
    for only in (beside, every):
        if len(only) == 1:
            return only
    there = f": name one of {', '.join(every[:LISTED])}{', ...' if len(every) > LISTED else ''}" if every else ""
    raise NotFound(f"{source} holds no COCO document: neither annotations/*.json nor {', '.join(NAMES)}{there}")


def named(paths: Sequence[str]) -> list[str]:
    """Return the documents among a source's files that their folder, or their names, tell."""
    every = _json(paths)
    found = [path for path in every if PurePosixPath(path.lower()).parent.as_posix() == ANNOTATIONS]
    if found:
        return [path for path in found if PurePosixPath(path).name.lower().startswith("instances")] or found
    levels = ([path for path in every if path.count("/") == depth] for depth in (0, 1))
    return next((called for level in levels if (called := _called(level))), [])


def split_of(name: str) -> str:
    """Return the split that a document's name tells: `val` of instances_val and, without the year, of ..._val2017.

    name: the document's path, with the folder it is in, whose name tells the split where its own does not.
    Raises InvalidInput where neither does.
    """
    path = PurePosixPath(name.lower())
    found = re.fullmatch(r"instances_([a-z0-9][a-z0-9-]*?)(?:(?:19|20)\d\d)?", path.stem)
    if found:
        return SPLITS.get(found[1], found[1])
    for word in (path.stem, path.parent.name):
        if word in SPLITS:
            return SPLITS[word]
    raise InvalidInput(
        f"{name}: its name is not instances_<split>.json, so --split must say which split it is, or a folder "
        "train, valid or test that it lies in"
    )


def folders_of(document: str) -> tuple[str, ...]:
    """Return where pictures of a document may be, the likeliest first.  document: its path in the source.

    A folder images/; COCO's own layout, annotations/instances_val2017.json beside val2017/ or images/val2017/;
    FiftyOne's, labels.json beside data/; the document's own folder, or the whole source.
    """
    path = PurePosixPath(document)
    parent = _plain(path.parent)
    base = _plain(path.parent.parent) if path.parent.name.lower() == ANNOTATIONS else parent
    tail = re.sub("^instances_", "", path.stem, flags=re.IGNORECASE)
    names = ("images", tail, f"images/{tail}", tail.lower(), f"images/{tail.lower()}", "data", "")
    near = ("/".join(filter(None, (base, name))) for name in names)
    return tuple(dict.fromkeys((*near, parent, "images", "")))


def _json(paths: Sequence[str]) -> list[str]:
    return sorted(path for path in paths if path.lower().endswith(".json") and not hidden(path))


def _called(paths: Sequence[str]) -> list[str]:
    """Return, of each folder, the first document that is called one of NAMES."""
    found: dict[str, str] = {}
    for name in NAMES:
        for path in paths:
            if PurePosixPath(path).name.lower() == name:
                found.setdefault(PurePosixPath(path).parent.as_posix(), path)
    return sorted(found.values())


def _plain(folder: PurePosixPath) -> str:
    return "" if folder == PurePosixPath() else folder.as_posix()
