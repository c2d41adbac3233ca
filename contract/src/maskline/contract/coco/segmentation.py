"""The three ways in which COCO documents write a mask, checked and read: polygons, run lengths, compressed run lengths.

H, W: the picture's height and width in pixels.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_coco_eval.core import mask as coco_mask

from maskline.contract.coco.rle import RLE, run_lengths
from maskline.contract.errors import InvalidInput

OUTSIDE_PX = 1.0  # how far beyond the picture's edge a vertex may lie: annotation tools round
LARGEST = 2**53  # beyond, floating point leaves whole numbers out
LONGEST_NUMBER = 10  # characters of five bits each: no picture has a run of 2 ** 49 pixels, and 64 bits hold it


def read_segmentation(segmentation: Any, height: int, width: int) -> RLE:
    """Return the mask that an annotation's `segmentation` describes, as compressed RLE of H x W.

    segmentation: a list of polygons [x, y, x, y, ...], which are filled by COCO's own rule and united; {"size": [H, W],
    "counts": [...]}; or {"size": [H, W], "counts": "..."}.  Raises InvalidInput with the rule that is broken.
    """
    if isinstance(segmentation, Mapping):
        return _runs(segmentation, height, width)
    if isinstance(segmentation, list) and segmentation:
        return _polygons(segmentation, height, width)
    raise InvalidInput("it must be a list of polygons or an RLE with size and counts")


def _polygons(polygons: Sequence[Any], height: int, width: int) -> RLE:
    if fault := _brackets_fault(polygons):
        raise InvalidInput(f"{fault}: a list of polygons is [[x, y, x, y, ...], ...]")
    for number, polygon in enumerate(polygons):
        if fault := _polygon_fault(polygon, height, width):
            raise InvalidInput(f"polygon {number} {fault}")
    parts = coco_mask.frPyObjects([[float(value) for value in polygon] for polygon in polygons], height, width)
    return _rle(coco_mask.merge(parts), height, width)


def _brackets_fault(polygons: Sequence[Any]) -> str:
    """Say which brackets are missing or spare; nothing where there are as many as there must be."""
    if all(is_number(value) for value in polygons):
        return "it is a flat list of numbers, a pair of brackets around them is missing"
    for number, polygon in enumerate(polygons):
        if is_number(polygon):
            return f"polygon {number} is the number {polygon}, a pair of brackets around its numbers is missing"
    deepest = max(_depth(polygon) for polygon in polygons)
    points = all(isinstance(polygon, list) and len(polygon) == 2 for polygon in polygons) and len(polygons) > 2
    if deepest == 1:
        return "each point has a pair of brackets of its own, which are spare" if points else ""
    inner = [part for polygon in polygons if isinstance(polygon, list) for part in polygon]
    if deepest == 2 and all(isinstance(part, list) and len(part) == 2 for part in inner):
        return "each point has a pair of brackets of its own, which are spare"
    return (
        f"it is nested too deep, {deepest - 1} pair{'s' if deepest > 2 else ''} of brackets to spare" if deepest else ""
    )


def _depth(value: Any) -> int:
    """Return how many brackets are around the first of what is in `value`."""
    depth = 0
    while isinstance(value, list):
        depth, value = depth + 1, value[0] if value else None
    return depth


def _polygon_fault(polygon: Any, height: int, width: int) -> str:
    if not isinstance(polygon, list) or not all(is_number(value) for value in polygon):
        return "is no list of finite numbers x, y, x, y, ..."
    if len(polygon) < 6 or len(polygon) % 2:
        return f"has {len(polygon)} numbers: it must have an even number of them, 6 at least"
    x, y = np.asarray(polygon, dtype=np.float64).reshape(-1, 2).T
    beyond = max(-x.min(), -y.min(), x.max() - width, y.max() - height)
    if beyond > OUTSIDE_PX:
        return f"reaches {beyond:.4g} px out of the picture of {width} x {height} px"
    return ""


def _runs(segmentation: Mapping[str, Any], height: int, width: int) -> RLE:
    if segmentation.get("size") != [height, width]:
        raise InvalidInput(
            f"its size is {segmentation.get('size')}, the picture's [height, width] is {[height, width]}"
        )
    counts = segmentation.get("counts")
    lengths = _lengths(counts) if isinstance(counts, str) else _numbers(counts)
    if lengths is None or (lengths < 0).any() or lengths.sum() != height * width:
        raise InvalidInput(f"its counts must be lengths of runs that add up to {height} x {width} = {height * width}")
    encoded = coco_mask.frPyObjects({"size": [height, width], "counts": lengths.tolist()}, height, width)
    return _rle(encoded, height, width)


def _numbers(counts: Any) -> npt.NDArray[np.int64] | None:
    if not isinstance(counts, list):
        return None
    for value in counts:
        if isinstance(value, float) and not value.is_integer():
            raise InvalidInput(f"its counts hold {value!r}: lengths of runs are whole numbers")
    if not all(is_number(value) for value in counts):
        return None
    return np.array([int(value) for value in counts], dtype=np.int64)


def _lengths(counts: str) -> npt.NDArray[np.int64] | None:
    """Return the run lengths in COCO's compressed string, or None if it is none."""
    codes = np.frombuffer(counts.encode("ascii", "replace"), np.uint8).astype(np.int64) - 48
    if not counts.isascii() or not len(codes) or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        return None
    ends = np.flatnonzero(codes < 32)
    return run_lengths(counts) if np.diff(ends, prepend=-1).max() <= LONGEST_NUMBER else None


def _rle(encoded: Mapping[str, Any], height: int, width: int) -> RLE:
    return RLE(size=[height, width], counts=encoded["counts"].decode("ascii"))


def is_number(value: Any) -> bool:
    """Say whether `value` is a finite number, true and false not being any."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST
