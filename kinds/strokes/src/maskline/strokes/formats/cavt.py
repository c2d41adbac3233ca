"""Scenes of CAVT: objects one after another in one drawing, without parts.

`scene_strokes` is stroke-3: steps [dx, dy, lifted] from point to point, where `lifted` is 1 at the last point of a
stroke; the first step starts at (0, 0). `object_divisions` are the numbers of the strokes at which objects begin, and
of all strokes; `gt_class_names` their classes; `img_w` and `img_h` the canvas.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.strokes.formats.file import File, besides
from maskline.strokes.formats.points import shown
from maskline.strokes.sketch import Sketch, Stroke, Thing

FIELDS = ("scene_strokes", "object_divisions", "gt_class_names", "img_w", "img_h")


def is_one(document: dict[str, Any]) -> bool:
    """Tell such a document from others."""
    return "scene_strokes" in document


def read(file: File, document: dict[str, Any], problems: list[str]) -> list[Sketch]:
    """Return the scene, or none and problems."""
    before = len(problems)
    steps = _steps(document["scene_strokes"])
    if steps is None:
        problems.append(
            f"{file.path}: scene_strokes = {shown(document['scene_strokes'])}, it must be a list of steps "
            "[dx, dy, lifted] of finite numbers, one at least"
        )
        return []
    strokes = _strokes(steps)
    things = _things(file.path, document, len(strokes), problems)
    size = _size(file.path, document, problems)
    extra = besides(document, FIELDS, file.path, problems)
    return [] if len(problems) > before else [Sketch(file.name, strokes, size, things, extra)]


def _steps(given: Any) -> NDArray[np.float64] | None:
    try:
        steps = np.asarray(given)
    except ValueError:
        return None
    good = steps.ndim == 2 and steps.shape[1] == 3 and steps.dtype.kind in "iuf" and np.isfinite(steps).all()
    return steps.astype(np.float64) if good and len(steps) else None


def _strokes(steps: NDArray[np.float64]) -> tuple[Stroke, ...]:
    points = steps[:, :2].cumsum(axis=0)
    ends = np.flatnonzero(steps[:, 2]) + 1
    if not len(ends) or ends[-1] < len(steps):
        ends = np.append(ends, len(steps))
    return tuple(Stroke(points[first:last]) for first, last in pairwise([0, *ends.tolist()]))


def _things(where: str, document: dict[str, Any], count: int, problems: list[str]) -> tuple[Thing, ...]:
    starts, names = document.get("object_divisions", []), document.get("gt_class_names", [])
    if not isinstance(starts, list) or not all(type(each) is int for each in starts) or starts != sorted(set(starts)):
        problems.append(f"{where}: object_divisions = {shown(starts)}, it must be a list of rising whole numbers")
    elif starts and not (starts[0] >= 0 and starts[-1] <= count):
        problems.append(f"{where}: object_divisions = {shown(starts)}, the drawing has only {count} strokes")
    elif not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        problems.append(f"{where}: gt_class_names = {shown(names)}, it must be a list of texts")
    elif len(names) != max(0, len(starts) - 1):
        problems.append(
            f"{where}: gt_class_names has {len(names)} names, object_divisions must have one more, not {len(starts)}"
        )
    else:
        return tuple(
            Thing(name, tuple(range(first, last))) for name, (first, last) in zip(names, pairwise(starts), strict=True)
        )
    return ()


def _size(where: str, document: dict[str, Any], problems: list[str]) -> tuple[float, float] | None:
    given = [document.get("img_w"), document.get("img_h")]
    if given == [None, None]:
        return None
    if not all(isinstance(side, int | float) and 0 < side < float("inf") for side in given):
        problems.append(f"{where}: img_w, img_h = {given}, they must be numbers above 0")
        return None
    return float(given[0]), float(given[1])  # type: ignore[arg-type]
