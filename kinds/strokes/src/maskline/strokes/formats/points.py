"""Numbers of a file as strokes, or what is wrong with them.

P: points of one stroke
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.sketch import Stroke

AXES = ("x", "y", "times")
PLAIN = "iuf"
"""Kinds of arrays that hold numbers and nothing else."""


def of_lists(lists: Any, where: str, problems: list[str]) -> Stroke | None:
    """Return the stroke of [[x, ...], [y, ...]], with times in milliseconds as a third list; or None and a problem."""
    if not isinstance(lists, list) or len(lists) not in {2, 3}:
        problems.append(f"{where}: it is {shown(lists)}, it must be two lists, x and y, or three with times")
        return None
    columns = [_numbers(each) for each in lists]
    fault = _fault_of_lists(lists, columns)
    if fault:
        problems.append(f"{where}: {fault}")
        return None
    x, y, *times = (column for column in columns if column is not None)
    return Stroke(np.stack([x, y], axis=1), times[0] if times else None)


def of_pairs(pairs: Any, where: str, problems: list[str]) -> Stroke | None:
    """Return the stroke of [[x, y], ...], or None and a problem."""
    points = _table(pairs)
    if points is not None and np.isfinite(points).all():
        return Stroke(points)
    problems.append(f"{where}: {_fault_of_pairs(pairs)}")
    return None


def shown(value: Any) -> str:
    """Return a value as a line about it shows it."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _numbers(values: Any) -> NDArray[np.float64] | None:
    try:
        array = np.asarray(values)
    except ValueError:  # lists of different lengths
        return None
    plain = array.ndim == 1 and (array.dtype.kind in PLAIN or not array.size)
    return array.astype(np.float64) if plain else None


def _table(pairs: Any) -> NDArray[np.float64] | None:
    try:
        array = np.asarray(pairs)
    except ValueError:
        return None
    plain = array.ndim == 2 and array.shape[1] == 2 and len(array) and array.dtype.kind in PLAIN
    return array.astype(np.float64) if plain else None


def _fault_of_lists(lists: Sequence[Any], columns: Sequence[NDArray[np.float64] | None]) -> str:
    for axis, values, column in zip(AXES, lists, columns, strict=False):
        if column is None:
            return f"its {axis} are {shown(values)}, they must be a list of numbers"
    known = [column for column in columns if column is not None]
    sizes = [len(column) for column in known]
    if len(set(sizes)) > 1:
        return f"its lists have {', '.join(map(str, sizes))} values, they must have as many as each other"
    if not sizes[0]:
        return "it has no points, it must have one at least"
    for axis, column in zip(AXES, known, strict=False):
        if not np.isfinite(column).all():
            place = int(np.argmin(np.isfinite(column)))
            return f"point {place}: {axis} = {column[place]}, it must be a finite number"
    return ""


def _fault_of_pairs(pairs: Any) -> str:
    if not isinstance(pairs, list):
        return f"it is {shown(pairs)}, it must be a list of points [x, y]"
    if not pairs:
        return "it has no points, it must have one at least"
    wrong = next((place for place, pair in enumerate(pairs) if not _is_point(pair)), 0)
    return f"point {wrong} is {shown(pairs[wrong])}, it must be two finite numbers [x, y]"


def _is_point(pair: Any) -> bool:
    table = _table([pair]) if isinstance(pair, list | tuple) else None
    return table is not None and bool(np.isfinite(table).all())
