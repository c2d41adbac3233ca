"""What sketches are called in a dataset, and which of them must not be parted."""

from collections.abc import Sequence
from itertools import chain, count

from maskline.strokes.exchange.importing.gathering import Found
from maskline.strokes.formats.file import fit

LONGEST = 95
"""Bytes of a name; a plain tar header holds 100, with the suffix."""
KEY = "key_id"
"""The field by which Quick, Draw! knows a drawing, wherever it turns up."""


def groups_of(found: Sequence[Found]) -> list[str]:
    """Return what each sketch must not be parted from: its drawing's own id, else its name in the split it came in."""
    return [str(one.sketch.extra.get(KEY) or "/".join(filter(None, (one.split, one.sketch.name)))) for one in found]


def stem_of(name: str, index: int, taken: set[str]) -> str:
    """Return the first that is free and short enough, and take it: the sketch's name, with its number, or that."""
    plain = fit(name)
    names = chain((plain, f"{plain}-{index:06d}"), (f"{number:06d}-imported" for number in count(index)))
    free = next(name for name in names if name not in taken and len(name.encode()) <= LONGEST)
    taken.add(free)
    return free
