"""The three ways in which COCO documents write a mask, checked and read: polygons, run lengths, compressed run lengths.

H, W: the picture's height and width in pixels.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_coco_eval.core import mask as coco_mask

from maskline.contract.coco.rle import RLE
from maskline.contract.errors import InvalidInput

OUTSIDE_PX = 1.0  # how far beyond the picture's edge a vertex may lie: annotation tools round


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
    for number, polygon in enumerate(polygons):
        if fault := _polygon_fault(polygon, height, width):
            raise InvalidInput(f"polygon {number} {fault}")
    parts = coco_mask.frPyObjects([[float(value) for value in polygon] for polygon in polygons], height, width)
    return _rle(coco_mask.merge(parts), height, width)


def _polygon_fault(polygon: Any, height: int, width: int) -> str:
    if not isinstance(polygon, list) or not all(_is_number(value) for value in polygon):
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
    lengths = _lengths(counts.encode("ascii", "replace")) if isinstance(counts, str) else _numbers(counts)
    if lengths is None or (lengths < 0).any() or lengths.sum() != height * width:
        raise InvalidInput(f"its counts must be lengths of runs that add up to {height} x {width} = {height * width}")
    encoded = coco_mask.frPyObjects({"size": [height, width], "counts": lengths.tolist()}, height, width)
    return _rle(encoded, height, width)


def _numbers(counts: Any) -> npt.NDArray[np.int64] | None:
    if not isinstance(counts, list) or not all(isinstance(value, int) for value in counts):
        return None
    return np.array(counts, dtype=np.int64)


def _lengths(counts: bytes) -> npt.NDArray[np.int64] | None:
    """Return the run lengths in COCO's compressed string, or None if it is none.

    The library that decodes masks trusts its input and would read beyond it. Each number is written in groups of five
    bits, the lowest first, a sixth bit saying that more follow, and its sign in the last; from the fourth number on it
    is the difference to the last but one.
    """
    codes = np.frombuffer(counts, np.uint8).astype(np.int64) - 48
    if not len(codes) or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        return None
    last = np.flatnonzero(codes & 32 == 0)
    first = np.concatenate(([0], last[:-1] + 1))
    groups = last - first + 1
    if groups.max() > 12:
        return None
    places = np.arange(len(codes)) - np.repeat(first, groups)
    values = np.add.reduceat((codes & 31) << (5 * places), first)
    values -= np.where(codes[last] & 16, 1 << (5 * groups), 0)
    for chain in (values[1::2], values[2::2]):
        np.cumsum(chain, out=chain)
    return values


def _rle(encoded: Mapping[str, Any], height: int, width: int) -> RLE:
    return RLE(size=[height, width], counts=encoded["counts"].decode("ascii"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
