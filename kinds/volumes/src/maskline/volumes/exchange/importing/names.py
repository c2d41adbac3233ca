"""What a file is to a volume, and which volume that is: its name tells, or the folder it is in."""

import re
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

Role = Literal["raw", "labels", "mask", "semantic", "particles", "classes"]
WORDS: dict[str, Role] = {
    "raw": "raw",
    "image": "raw",
    "images": "raw",
    "tomograms": "raw",
    "label": "labels",
    "labels": "labels",
    "instances": "labels",
    "instance_preds": "labels",
    "gt": "labels",
    "mask": "mask",
    "masks": "mask",
    "semantic": "semantic",
    "particles": "particles",
    "coords": "particles",
    "classes": "classes",
}
"""What people call it, as a folder, at the end of a name, or as a dataset of HDF5."""
VOLUMES = (".mrc", ".rec", ".map", ".h5", ".hdf5", ".hdf", ".tif", ".tiff", ".npy", ".zarr")
LISTS = (".star", ".csv", ".tbl", ".coords", ".pts", ".em")
PACKED = (".gz", ".bz2", ".lzf")
SPLITS = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
_ENDING = re.compile(rf"^(.+)[-_.]({'|'.join(sorted(WORDS, key=len, reverse=True))})$", re.IGNORECASE)


class Told(NamedTuple):
    """What the path of a file tells.

    volume: what it is called.  role: None: the file is a volume, and what of, its datasets may tell.
    split: empty: no folder tells.
    """

    volume: str
    role: Role | None
    split: str


def told_of(path: str) -> Told | None:
    """Return what a path below a source tells; None: it is no file that an import takes."""
    *folders, name = PurePosixPath(path).parts
    stem, suffix = _plain(name)
    if suffix not in {*VOLUMES, *LISTS}:
        return None
    role: Role | None = "particles" if suffix in LISTS else None
    if ending := _ENDING.match(stem):
        stem, role = ending[1], WORDS[ending[2].lower()]
    kept = []
    for folder in folders:
        word = folder.lower()
        if word in WORDS:
            role = WORDS[word]
        else:
            kept.append(folder)
    split = next((SPLITS[folder.lower()] for folder in reversed(kept) if folder.lower() in SPLITS), "")
    return Told("/".join((*kept, stem)), role, split)


def _plain(name: str) -> tuple[str, str]:
    """Return a file's name without suffixes, and the one that tells its format: "a.b", ".mrc" of "a.b.mrc.gz"."""
    path = PurePosixPath(name)
    while path.suffix.lower() in PACKED:
        path = path.with_suffix("")
    suffix = path.suffix.lower()
    stem = PurePosixPath(path.stem)
    return (stem.stem if stem.suffix.lower() in PACKED else stem.name), suffix
