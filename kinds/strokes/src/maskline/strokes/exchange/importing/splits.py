"""Which split each sketch is in: the one that is asked for, a share of all, a list's, or that of its folder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from maskline.contract.kind.shares import SHARE, in_turn, rest_of, split_and_share
from maskline.strokes.exchange.importing.gathering import Found, Gathered


def splits_of(gathered: Gathered, groups: Sequence[str], asked: str, problems: list[str]) -> list[str]:
    """Return the split of each sketch that was found; empty: it is in none, and left out.

    groups: what each must not be parted from.  asked: a split's name, `name=share`, or nothing.
    """
    if SHARE in asked:
        return _shared(gathered.found, groups, *split_and_share(asked))
    if asked:
        return [asked] * len(gathered.found)
    if gathered.tables:
        return _listed(gathered, problems)
    lost = [found.path for found in gathered.found if not found.split]
    if lost:
        problems.append(
            f"{lost[0]}: no folder train, val or test says which split it is in ({len(lost)} sketches): --split must, "
            "e.g. --split train, or --split val=0.2 for a fifth of each class"
        )
    return [found.split for found in gathered.found]


def _shared(found: Sequence[Found], groups: Sequence[str], name: str, share: float) -> list[str]:
    """Put the same share of each class into split `name`, chosen by what is in their groups' names."""
    members: dict[str, set[str]] = defaultdict(set)
    for one, group in zip(found, groups, strict=True):
        members[one.sketch.things[0].category if one.sketch.things else ""].add(group)
    chosen = set[str]()
    for own in members.values():
        ordered = in_turn(own)
        chosen |= set(ordered[: round(share * len(ordered))])
    return [name if group in chosen else rest_of(name) for group in groups]


def _listed(gathered: Gathered, problems: list[str]) -> list[str]:
    """Return the splits that InstanceSketch's lists say."""
    wanted: dict[tuple[str, ...], str] = {}
    for path, table in gathered.tables.items():
        for split, entries in table.items():
            for entry in entries:
                key = _key(entry)
                if not key:
                    problems.append(f"{path}: {split}: {entry!r} must be a path, or have file_name, class and id")
                elif wanted.setdefault(key, split) != split:
                    problems.append(f"{path}: {entry!r} is in split {split} and in split {wanted[key]}")
    keys = [next((key for key in _keys(found) if key in wanted), ()) for found in gathered.found]
    where = ", ".join(gathered.tables)
    missing = sorted(wanted.keys() - set(keys))
    problems += [f"{where}: {'/'.join(key)} ({wanted[key]}) is not there" for key in missing]
    left = sum(not key for key in keys)
    if left:
        gathered.remarks.append(f"{where}: {left} sketches are in no split, and are left out")
    return [wanted.get(key, "") for key in keys]


def _key(entry: Any) -> tuple[str, ...]:
    """Return what an entry names its sketch by: the parts of a path, or class, file and the image's id."""
    if isinstance(entry, str):
        return PurePosixPath(entry).parts
    if isinstance(entry, Mapping) and {"file_name", "class", "id"} <= entry.keys():
        return str(entry["class"]), PurePosixPath(str(entry["file_name"])).name, str(entry["id"])
    return ()


def _keys(found: Found) -> list[tuple[str, ...]]:
    """Return what an entry may name a sketch by."""
    path = PurePosixPath(found.path)
    ends = [path.parts[start:] for start in range(len(path.parts))]
    classes = [thing.category for thing in found.sketch.things]
    return [*ends, *((name, path.name, found.sketch.name.rpartition("/")[2]) for name in classes)]
